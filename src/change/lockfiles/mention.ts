import type { Ecosystem } from './lock.ts'

/** Words that show that a commit is about dependencies; a package named like a word of everyday speech needs one beside it. */
const ABOUT_DEPENDENCIES =
  /\b(?:bump|upgrad|updat|downgrad|pin|unpin|dep(?:s|endenc)|gems?\b|packages?\b|crates?\b|lock|revert|security|cve|migrate|replace|remove|add|drop|use|switch|v?\d+\.\d+|v\d)/i

/** Is this package named here, as a whole word? `rack` is not in `rack-session`. */
export const names = (text: string, name: string, ecosystem: Ecosystem): boolean => {
  const [where, what] = ecosystem === 'python' ? [pythonic(text), pythonic(name)] : [text.toLowerCase(), name.toLowerCase()]
  for (let at = where.indexOf(what); at !== -1 && what !== ''; at = where.indexOf(what, at + 1))
    if (isEdge(where, at - 1, -1) && isEdge(where, at + what.length, 1)) return true
  return false
}

/** Does the subject of a commit ask for this package? Everyday words (`request`, `debug`) only where it speaks of dependencies. */
export const asksFor = (subject: string, name: string, ecosystem: Ecosystem): boolean =>
  (names(subject, name, ecosystem) && (!/^[a-z]+$/i.test(name) || ABOUT_DEPENDENCIES.test(subject))) || asksForFamily(subject, name)

/** `babel monorepo`, `the aws-sdk group`: the scope or vendor of a package, and a word for all of it. */
const asksForFamily = (subject: string, name: string): boolean => {
  const scope = /^@?([^/]+)\//.exec(name)?.[1]
  return scope !== undefined && names(subject, scope, 'npm') && /\b(?:monorepo|packages|group|components|family)\b/i.test(subject)
}

/** PEP 503: one spelling of many. */
const pythonic = (text: string): string => text.toLowerCase().replace(/[-_.]{1,8}/g, '-')

/** A sign that ends a name; a dot, dash or slash does where no letter follows it. */
const isEdge = (text: string, at: number, step: 1 | -1): boolean => {
  const sign = text[at]
  if (sign === undefined || !/[\w@/.-]/.test(sign)) return true
  return step === 1 && /[.@-]/.test(sign) && !/[a-z_]/.test(text[at + 1] ?? '')
}
