import type { Fact } from '../../model.ts'
import { isQuiet } from '../area.ts'
import { tableAt } from '../fly-file.ts'
import { inside, joinPath, relativeTo } from '../paths.ts'
import { readerOf } from '../readers-of.ts'
import { type Detector, fact, type Glimpse, type Sight, someOf } from '../sight.ts'
import { withoutSecrets } from '../without-secrets.ts'
import { baseImages, copied, type Instruction, imageMajor, imageName, keysOf, lastOf, parseDockerfile } from './dockerfile.ts'

const NAME = /(?:^|\/)(?:Dockerfile(?:\.[\w.-]+)?|[\w.-]+\.Dockerfile)$/

/** The Dockerfile of this deploy; where two commits are judged, each one that they differ in. */
const dockerfiles = ({ build, change, judgesCommits }: Pick<Glimpse, 'build' | 'change' | 'judgesCommits'>): string[] => {
  const others = change.files.filter(
    ({ path }) => judgesCommits && NAME.test(path) && !isQuiet(path) && !/(?:^|\/)\.devcontainer\//.test(path),
  )
  return [...new Set([build.dockerfile, ...others.map(({ path }) => path)])]
}

/** Dockerfiles as they changed, and what that of this deploy copies that is not there any more. */
export const dockerChange: Detector = {
  name: 'dockerfile',
  wants: (glimpse) => {
    const files = dockerfiles(glimpse)
    return {
      texts: files.flatMap((file) => [['base', file] as const, ['candidate', file] as const]),
      mentions: files.flatMap((file) => {
        const [was, now] = bothSides(glimpse, file)
        return was && now ? [...keysGone(was, now, 'ENV'), ...keysGone(was, now, 'ARG')] : []
      }),
    }
  },
  facts: (sight) => dockerfiles(sight).flatMap((file) => changesOf(sight, file)),
}

const bothSides = ({ text }: Pick<Glimpse, 'text'>, file: string): [was: Instruction[] | null, now: Instruction[] | null] => {
  const of = (side: 'base' | 'candidate') => {
    const found = text(side, file)
    return found === null ? null : parseDockerfile(found)
  }
  return [of('base'), of('candidate')]
}

const changesOf = (sight: Sight, file: string): Fact[] => {
  const [was, now] = bothSides(sight, file)
  if (now === null) {
    const gone = was !== null && !builtOtherwise(sight, file) && sight.change.files.some((one) => (one.from ?? one.path) === file)
    return gone ? [fact('dockerfile-gone', file, { file }, file)] : []
  }
  const copies = file === sight.build.dockerfile ? missingCopies(sight, was, now, file) : []
  return [...(was ? differences(sight, was, now, file) : []), ...copies]
}

/** fly is told what builds, so the Dockerfile of this deploy is not missed. */
const builtOtherwise = ({ build }: Sight, file: string): boolean => {
  const said = build.parsed?.ok ? tableAt(build.parsed.table, 'build') : {}
  return file === build.dockerfile && ['image', 'builder', 'builtin'].some((key) => key in said)
}

const differences = (sight: Sight, was: Instruction[], now: Instruction[], file: string): Fact[] => [
  ...baseChanges(was, now, file),
  ...['CMD', 'ENTRYPOINT'].flatMap((word) => commandChange(was, now, word, file)),
  ...userChange(was, now, file),
  ...(['ENV', 'ARG'] as const).flatMap((word) => keysGone(was, now, word).map((key) => keyGone(sight, key, word, file))),
]

const baseChanges = (was: Instruction[], now: Instruction[], file: string): Fact[] => {
  const before = baseImages(was).map(({ image }) => image)
  const fresh = baseImages(now).filter(({ image }) => !before.includes(image))
  const gone = before.filter((image) => !baseImages(now).some((one) => one.image === image))
  if (fresh.length === 0) return []
  const data = { file, was: someOf(gone) || 'none', now: someOf(fresh.map(({ image }) => image)), step: stepOf(before, fresh) }
  return [fact('docker-base-changed', file, data, file, fresh[0]!.line)]
}

/** Another image, another system or major of the same one, or another build of that. */
const stepOf = (before: readonly string[], fresh: readonly { image: string }[]): 'image' | 'major' | 'version' => {
  const same = fresh.map(({ image }) => before.filter((one) => imageName(one) === imageName(image)))
  if (same.some((ones) => ones.length === 0)) return 'image'
  return fresh.some(({ image }, i) => !same[i]!.some((one) => imageMajor(one) === imageMajor(image))) ? 'major' : 'version'
}

/** Who the program runs as; without a word of it, root. */
const userChange = (was: Instruction[], now: Instruction[], file: string): Fact[] => {
  const [before, after] = [lastOf(was, 'USER'), lastOf(now, 'USER')]
  const name = (one: Instruction | null): string => one?.args.trim() ?? 'root'
  return name(before) === name(after)
    ? []
    : [fact('docker-user-changed', file, { file, was: name(before), now: name(after) }, file, after?.line)]
}

const commandChange = (was: Instruction[], now: Instruction[], word: string, file: string): Fact[] => {
  const [before, after] = [lastOf(was, word), lastOf(now, word)]
  const text = (one: Instruction | null): string => one?.args.replace(/\s+/g, ' ') ?? 'none'
  return text(before) === text(after)
    ? []
    : [
        fact(
          'docker-command-changed',
          `${file} ${word}`,
          { file, word, was: withoutSecrets(text(before)), now: withoutSecrets(text(after)) },
          file,
          after?.line,
        ),
      ]
}

/** Only the installers of a system's packages ask for these. */
const INSTALLS = /^(?:DEBIAN_FRONTEND|DEBIAN_PRIORITY|DEBCONF_\w+|APT_\w+|APK_\w+)$/

const keysGone = (was: Instruction[], now: Instruction[], word: 'ENV' | 'ARG'): string[] => {
  const left = [...keysOf(now, 'ENV'), ...keysOf(now, 'ARG')]
  return [...new Set(keysOf(was, word))].filter((key) => !left.includes(key) && !INSTALLS.test(key))
}

const keyGone = (sight: Sight, key: string, word: string, file: string): Fact => {
  const reader = readerOf(sight, key)
  return fact('docker-env-removed', key, { key, file, word, still: reader === null ? 'no' : 'yes', reader: reader ?? 'nothing' }, file)
}

/** Only what this change took away: a Dockerfile that never built, or that copies what CI makes first, is not this change's doing. */
const missingCopies = (sight: Sight, was: Instruction[] | null, all: Instruction[], file: string): Fact[] => {
  const { build, change, judgesCommits } = sight
  const before = new Set((was ? copied(was) : []).map(({ source }) => source))
  const ignoring = change.base !== null && change.files.some(({ path }) => path === build.ignoreFile)
  const removed = change.files.filter(({ status, from }) => status === 'D' || from !== undefined).map((one) => one.from ?? one.path)
  return copied(all).flatMap(({ source, line }) => {
    const path = joinPath(build.dir, source)
    if (path === build.dir) return []
    const fresh = change.base !== null && was !== null && !before.has(source) && !judgesCommits
    const how = fresh || ignoring || removed.some((one) => inside(path, one)) ? whyMissing(sight, path) : null
    return how ? [fact('docker-copy-missing', source, { source, file, how, line }, file, line)] : []
  })
}

/** What a submodule holds is in no listing of ours. */
const whyMissing = ({ listing, ignored, build }: Sight, path: string): string | null => {
  const files = [...listing.keys(), ...ignored].filter(
    (one) => inside(path, one) || (inside(one, path) && listing.get(one)?.mode === '160000'),
  )
  if (files.length === 0) return 'it does not exist'
  return files.some((one) => build.filter.ships(relativeTo(build.dir, one))) ? null : `${build.ignoreFile} leaves it out`
}
