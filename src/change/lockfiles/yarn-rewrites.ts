import { type Table, tableAt, textAt } from '../fly-file.ts'
import { textsOf } from './js/json.ts'
import { parseManifest } from './js/manifest.ts'
import { readYaml } from './js/yaml.ts'

/** The wish that yarn reads in place of one. */
export type Rewrite = (parent: string, name: string, spec: string) => string

/** A line of `resolutions`: `name`, `name@range`, `parent/name`. */
interface Resolution {
  parent: string | null
  range: string | null
  to: string
}

/** A package, and behind a second `@` its range. */
const RESOLUTION = /^(?:(?:\*\*\/)?((?:@[^/@]+\/)?[^/@*]+)(?:@[^/]+)?\/)?(?:\*\*\/)?((?:@[^/@]+\/)?[^/@]+)(?:@(.+))?$/

/**
 * The `resolutions` of the first package.json and the catalogs of .yarnrc.yml: neither is in the lockfile, which has the
 * wishes as packages write them.
 */
export const rewritesOf = (manifest: string | null, settings: string | null): Rewrite => {
  const resolutions = resolutionsOf(manifest)
  const rc = parseSettings(settings)
  return (parent, name, spec) => {
    const fits = (one: Resolution): boolean =>
      (one.parent === null || one.parent === parent) && (one.range === null || plain(one.range) === plain(spec))
    const found = resolutions.get(name)?.find(fits)
    return found?.to ?? (spec.startsWith('catalog:') ? catalogRange(rc, name, spec.slice('catalog:'.length)) : null) ?? spec
  }
}

const resolutionsOf = (manifest: string | null): Map<string, Resolution[]> => {
  const all = new Map<string, Resolution[]>()
  for (const [key, to] of textsOf(parseManifest(manifest)?.resolutions)) {
    const [, parent = null, name, range = null] = (key.length < 256 && RESOLUTION.exec(key)) || []
    if (name !== undefined) all.set(name, [...(all.get(name) ?? []), { parent, range, to }])
  }
  return all
}

const plain = (range: string): string => (range.startsWith('npm:') ? range.slice(4) : range)

const parseSettings = (text: string | null): Table => {
  try {
    return text === null ? {} : readYaml(text)
  } catch {
    return {}
  }
}

const catalogRange = (rc: Table, name: string, which: string): string | null =>
  textAt(which === '' ? tableAt(rc, 'catalog') : tableAt(rc, 'catalogs', which), name)
