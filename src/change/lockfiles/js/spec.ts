/** A wish as a manifest writes it, read. */
export interface Spec {
  /** Whom it means: an alias by its real name. */
  name: string
  /** The range, without protocol and alias; null for what names a range kept elsewhere (`catalog:`). */
  range: string | null
  /** Does a registry answer it? Else a folder, a repository or an address does. */
  registry: boolean
}

const ELSEWHERE = /^(?:(?:workspace|link|file|portal|exec|root|git|ssh|https?|github|gitlab|bitbucket|gist)(?:\+[a-z]+)?:|[\w.-]+@[\w.-]+:)/
/** `owner/name`, `./folder`, `~/folder`: no range and no tag has a slash. */
const PATH = /^[^:@\s]*\//

/** Reads a wish: `^1.2`, `npm:^1.2`, `npm:real@^1.2`, `workspace:*`, `patch:…`, an address. */
export const readSpec = (name: string, written: string): Spec => {
  if (written.startsWith('npm:')) return readAlias(name, written.slice(4))
  if (written.startsWith('patch:')) return readPatch(name, written.slice(6))
  if (written.startsWith('catalog:')) return { name, range: null, registry: true }
  const elsewhere = ELSEWHERE.test(written) || PATH.test(written)
  return { name, range: elsewhere ? withoutSecrets(written) : written, registry: !elsewhere }
}

/** `real@^1.2`, or only a range. */
const readAlias = (name: string, rest: string): Spec => {
  const at = rest.indexOf('@', 1)
  if (at === -1) return rest.startsWith('@') ? { name: rest, range: '', registry: true } : { name, range: rest, registry: true }
  return { name: rest.slice(0, at), range: rest.slice(at + 1), registry: true }
}

/** `real@npm%3A^1.2#patch-file::more`: what is patched is what matters. */
const readPatch = (name: string, rest: string): Spec => {
  const source = (rest.split('#', 1)[0] ?? '').replaceAll('%3A', ':').replaceAll('%2F', '/')
  const at = source.indexOf('@', 1)
  return at === -1 ? { name, range: null, registry: true } : readSpec(source.slice(0, at), source.slice(at + 1))
}

/** An address without what may be a password or a token in it. */
const withoutSecrets = (address: string): string => address.replace(/\/\/[^/]*@/, '//').replace(/\?.*$/s, '')
