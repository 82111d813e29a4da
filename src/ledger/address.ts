/** Pure: where a URL leads, and what may be shown of it. */

/** `url.<base>.insteadOf` and `pushInsteadOf` of a user, as `git config --list` gives them. */
export interface Rewrite {
  base: string
  prefix: string
}

/** As git does it: the longest prefix that fits is replaced; null where none does. */
export const rewritten = (url: string, rewrites: readonly Rewrite[]): string | null => {
  const [best] = rewrites.filter(({ prefix }) => url.startsWith(prefix)).sort((a, b) => b.prefix.length - a.prefix.length)
  return best ? best.base + url.slice(best.prefix.length) : null
}

/** A URL as it may be shown. */
export const withoutCredentials = (url: string): string => url.replace(/(:\/\/)[^/@\s]*@/g, '$1')

/**
 * Takes the credentials out of an http URL, since git passes a URL to its helpers on their command lines, where every user of the machine can read it.
 * @returns the bare URL, and the settings that stand for what was in it
 */
export const bare = (url: string): { url: string; settings: [key: string, value: string][] } => {
  const [, scheme, user, rest] = /^(https?:\/\/)([^/@\s]*)@(.*)$/i.exec(url) ?? []
  if (scheme === undefined || user === undefined || rest === undefined) return { url, settings: [] }
  const place = scheme + rest
  const [name = '', ...password] = user.split(':')
  if (password.length === 0) return { url: place, settings: [[`credential.${scheme}${rest.split('/')[0]}.username`, decoded(name)]] }
  const basic = Buffer.from(`${decoded(name)}:${decoded(password.join(':'))}`).toString('base64')
  return { url: place, settings: [[`http.${place}.extraheader`, `Authorization: Basic ${basic}`]] }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Do both name the repository of that owner, whatever the transport? `git@host:o/r.git` and `https://host/o/r` do. */
export const sameRepository = (a: string, b: string): boolean => ownerAndName(a) === ownerAndName(b)

const ownerAndName = (url: string): string =>
  url
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '')
    .split(/[/:]/)
    .filter(Boolean)
    .slice(-2)
    .join('/')
    .toLowerCase()
