import type { Fact } from '../../model.ts'
import { inside, joinPath, relativeTo } from '../paths.ts'
import { type Detect, fact, type Sight, someOf } from '../sight.ts'
import { baseImages, copied, type Instruction, imageName, keysOf, lastOf, parseDockerfile } from './dockerfile.ts'

/** The Dockerfile as it changed, and what it copies that is not there any more. */
export const detectDockerfile: Detect = (sight) => {
  const file = sight.build.dockerfile
  const now = sight.text('candidate', file)
  const before = sight.text('base', file)
  if (now === null) {
    const gone = before !== null && sight.change.files.some((one) => (one.from ?? one.path) === file)
    return gone ? [fact('dockerfile-gone', file, { file }, file)] : []
  }
  const after = parseDockerfile(now)
  const was = before === null ? null : parseDockerfile(before)
  return [...(was ? differences(was, after, file) : []), ...missingCopies(sight, after, file)]
}

const differences = (was: Instruction[], now: Instruction[], file: string): Fact[] => [
  ...baseChanges(was, now, file),
  ...['CMD', 'ENTRYPOINT'].flatMap((word) => commandChange(was, now, word, file)),
  ...(['ENV', 'ARG'] as const).flatMap((word) => keysGone(was, now, word, file)),
]

const baseChanges = (was: Instruction[], now: Instruction[], file: string): Fact[] => {
  const before = baseImages(was).map(({ image }) => image)
  const fresh = baseImages(now).filter(({ image }) => !before.includes(image))
  const gone = before.filter((image) => !baseImages(now).some((one) => one.image === image))
  if (fresh.length === 0) return []
  const same = fresh.every(({ image }) => before.some((one) => imageName(one) === imageName(image)))
  const data = { file, was: someOf(gone) || 'none', now: someOf(fresh.map(({ image }) => image)), step: same ? 'version' : 'image' }
  return [fact('docker-base-changed', file, data, file, fresh[0]!.line)]
}

const commandChange = (was: Instruction[], now: Instruction[], word: string, file: string): Fact[] => {
  const [before, after] = [lastOf(was, word), lastOf(now, word)]
  const text = (one: Instruction | null): string => one?.args.replace(/\s+/g, ' ') ?? 'none'
  return text(before) === text(after)
    ? []
    : [fact('docker-command-changed', `${file} ${word}`, { file, word, was: text(before), now: text(after) }, file, after?.line)]
}

const keysGone = (was: Instruction[], now: Instruction[], word: 'ENV' | 'ARG', file: string): Fact[] => {
  const left = [...keysOf(now, 'ENV'), ...keysOf(now, 'ARG')]
  const gone = [...new Set(keysOf(was, word))].filter((key) => !left.includes(key))
  return gone.map((key) => fact('docker-env-removed', key, { key, file, word }, file))
}

/** Only what this change took away: a Dockerfile that never built is not this change's doing. */
const missingCopies = (sight: Sight, all: Instruction[], file: string): Fact[] => {
  const { build, change } = sight
  const touched = change.base !== null && change.files.some(({ path }) => path === file || path === build.ignoreFile)
  const removed = change.files.filter(({ status, from }) => status === 'D' || from !== undefined).map((one) => one.from ?? one.path)
  return copied(all).flatMap(({ source, line }) => {
    const path = joinPath(build.dir, source)
    if (path === build.dir) return []
    const caused = touched || removed.some((one) => inside(path, one))
    const how = caused ? whyMissing(sight, path) : null
    return how ? [fact('docker-copy-missing', source, { source, file, how, line }, file, line)] : []
  })
}

const whyMissing = ({ listing, ignored, build }: Sight, path: string): string | null => {
  const files = [...listing.keys(), ...ignored].filter((one) => inside(path, one))
  if (files.length === 0) return 'it does not exist'
  return files.some((one) => build.filter.ships(relativeTo(build.dir, one))) ? null : `${build.ignoreFile} leaves it out`
}
