import type { Glimpse, Wants } from '../sight.ts'
import type { Proof } from './convention.ts'
import { foldersUp } from './files.ts'
import { inComment } from './tokens.ts'

/** Where the candidate shows that somebody is there: `Gemfile.lock:210`. */
export interface Place {
  file: string
  line?: number
}

const MANIFESTS = ['Gemfile.lock', 'Gemfile', 'package.json'] as const
/** Lines of a manifest that are looked at. */
const MAX_LINES = 20_000

const inFolder = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

/** Manifests in the file's folder and above it, nearest first. */
const manifestsFor = (path: string, listing: Glimpse['listing']): string[] =>
  foldersUp(path).flatMap((folder) => MANIFESTS.map((name) => inFolder(folder, name)).filter((one) => listing.has(one)))

/** What has to be read to prove it. */
export const wantProof = (path: string, proof: readonly Proof[], listing: Glimpse['listing']): Wants => ({
  texts: proof.some((one) => 'gem' in one || 'npm' in one) ? manifestsFor(path, listing).map((one) => ['candidate', one] as const) : [],
  mentions: proof.flatMap((one) => ('text' in one ? [one.text] : [])),
})

/** The first place that proves it; null where nothing does. */
export const proved = (path: string, proof: readonly Proof[], sight: Glimpse): Place | null => {
  for (const one of proof) {
    const place = 'gem' in one ? gemAt(path, one.gem, sight) : 'npm' in one ? npmAt(path, one.npm, sight) : otherwise(path, one, sight)
    if (place) return place
  }
  return null
}

const otherwise = (path: string, proof: Exclude<Proof, { gem: string } | { npm: string }>, sight: Glimpse): Place | null => {
  if ('file' in proof) {
    const file = [...sight.listing.keys()].find((one) => proof.file.test(one) && shares(one, path))
    return file === undefined ? null : { file }
  }
  const found = sight
    .mentions(proof.text)
    .find(
      (one) =>
        proof.in.test(one.path) &&
        (proof.line?.test(one.text) ?? true) &&
        !inComment(one.path, one.text, one.text.indexOf(proof.text)) &&
        (proof.below || shares(one.path, path)),
    )
  return found ? { file: found.path, line: found.line } : null
}

/** Does the proof lie in a folder above the file? Another app of the same repository proves nothing. */
const shares = (proof: string, path: string): boolean => {
  const folder = proof.includes('/')
    ? proof.slice(0, proof.lastIndexOf('/')).replace(/(?:^|\/)(?:bin|\.kamal|\.github\/workflows|scripts|config|docker)$/, '')
    : ''
  return folder === '' || path.startsWith(`${folder}/`)
}

/** Where a gem is locked, else named. */
export const gemAt = (path: string, gem: string, sight: Pick<Glimpse, 'text' | 'listing'>): Place | null =>
  lineIn(path, sight, (file, line) =>
    file.endsWith('Gemfile.lock')
      ? line.startsWith(`    ${gem} (`)
      : file.endsWith('Gemfile') && /^\s*gem\s/.test(line) && quoted(line, gem),
  )

const npmAt = (path: string, name: string, sight: Glimpse): Place | null =>
  lineIn(
    path,
    sight,
    (file, line) =>
      file.endsWith('package.json') &&
      new RegExp(`^\\s*"${escaped(name)}"\\s*:\\s*"[^"]*\\d|^\\s*"${escaped(name)}"\\s*:\\s*"(?:workspace|catalog|latest|\\*)`).test(line),
  )

const quoted = (line: string, word: string): boolean => line.includes(`"${word}"`) || line.includes(`'${word}'`)

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

const lineIn = (path: string, sight: Pick<Glimpse, 'text' | 'listing'>, fits: (file: string, line: string) => boolean): Place | null => {
  for (const file of manifestsFor(path, sight.listing)) {
    const lines = (sight.text('candidate', file) ?? '').split('\n', MAX_LINES)
    const at = lines.findIndex((line) => fits(file, line))
    if (at !== -1) return { file, line: at + 1 }
  }
  return null
}

export const spokenPlace = ({ file, line }: Place): string => (line === undefined ? file : `${file}:${line}`)
