import type { ChangedLine, Fact, FileChange } from '../../model.ts'
import { areaOf } from '../area.ts'
import { mayHave } from '../lines.ts'
import { inside, relativeTo } from '../paths.ts'
import { atMost, type Detector, fact, type Glimpse, type Sight } from '../sight.ts'
import { envHits, isEnvFile } from './env-lines.ts'
import { isForShow } from './environment.ts'
import { type Hit, hitsIn, mayHold } from './hits.ts'
import { newSecretFiles, newSecretNames, type SecretFile, whatIsIn } from './secret-file.ts'
import { isSecretFile } from './secret-name.ts'
import { spokenOf } from './spoken-of.ts'

/** Places where what looks like a credential is made up: samples, stories, recorded answers, translations. */
const MADE_UP =
  /(?:^|\/)(?:mocks?|testdata|test[_-]data|cassettes|stories|samples?|demos?|locales?|i18n|storybook|benchmarks?)\/|\.stories\.|(?:^|[./_-])(?:examples?|samples?|templates?|dist|mock)(?:[./_-]|$)/i
const LONGEST = 4_000

const isLookedAt = (file: FileChange): boolean => {
  const area = areaOf(file.path)
  return !file.generated && area !== 'test' && area !== 'docs' && !MADE_UP.test(file.path)
}

const isShort = ({ text }: ChangedLine): boolean => text.length <= LONGEST

const hitsOf = (path: string, lines: readonly ChangedLine[]): Hit[] => {
  const short = lines.every(isShort) ? lines : lines.filter(isShort)
  const found = hitsIn(short)
  const known = new Set(found.flatMap(({ values }) => values))
  return [...found, ...envHits(path, short).filter(({ values }) => !values.some((value) => known.has(value)))]
}

type Found = readonly [path: string, hit: Hit]

const foundOn = (file: FileChange, side: 'added' | 'removed', path: string): Found[] =>
  isEnvFile(path) || mayHave(file, mayHold, side) ? hitsOf(path, file[side]).map((hit): Found => [path, hit]) : []

const wants = (glimpse: Glimpse) => ({
  texts: [
    ...newSecretNames(glimpse).map(({ path }) => ['candidate', path] as const),
    ...goneSecretNames(glimpse).map((path) => ['base', path] as const),
  ],
})

const goneSecretNames = ({ change }: Pick<Glimpse, 'change'>): string[] =>
  change.files.filter(({ status, path }) => status === 'D' && isSecretFile(path)).map(({ path }) => path)

const facts = (sight: Sight): Fact[] => {
  const files = newSecretFiles(sight)
  const whole = new Set(files.map(({ file }) => file.path))
  const looked = sight.change.files.filter(isLookedAt)
  const added = looked.flatMap((file) => foundOn(file, 'added', file.path))
  const removed = looked.flatMap((file) => foundOn(file, 'removed', file.from ?? file.path))
  const [came, went] = [valuesOf(added), valuesOf(removed)]
  return atMost([
    ...files.map((one) => fileFact(sight, one)),
    ...added.filter(([path, hit]) => !whole.has(path) && !isIn(went, hit)).map((one) => lineFact('secret-added', one)),
    ...removed.filter(([, hit]) => !isIn(came, hit)).map((one) => goneFact(one)),
    ...goneFiles(sight, new Set(removed.map(([path]) => path))),
    ...spokenOf(sight, looked).map((one) => goneFact(one)),
  ])
}

const valuesOf = (found: readonly Found[]): Set<string> => new Set(found.flatMap(([, { values }]) => values))
const isIn = (values: ReadonlySet<string>, hit: Hit): boolean => hit.values.some((value) => values.has(value))

const lineFact = (kind: string, [path, { id, what, kind: sort, n, length }]: Found): Fact =>
  fact(
    kind,
    `${path} ${id}`,
    { what, shape: id, live: sort === 'given' || (sort === 'own' && !isForShow(path)) ? 'yes' : 'no', file: path, line: n, length },
    path,
    n,
  )

/** A removed line has no place in what is there now. */
const goneFact = ([path, { id, what, n }]: Found): Fact => fact('secret-removed', `${path} ${id}`, { what, file: path, line: n }, path)

const fileFact = (sight: Sight, { file, what, opens }: SecretFile): Fact => {
  const { path, from } = file
  const known = from !== undefined && (isSecretFile(from) || file.oids[0] === file.oids[1])
  const data = {
    file: path,
    what,
    opens: opens === null ? '' : ` and opens ${opens} beside it`,
    ships: ships(sight, path),
    live: isForShow(path) ? 'no' : 'yes',
    was: from ?? '',
  }
  return fact(known ? 'secret-file-moved' : 'secret-file-added', path, data, path)
}

const ships = ({ build }: Sight, path: string): string =>
  build.configText !== null && inside(build.dir, path) && build.filter.ships(relativeTo(build.dir, path))
    ? '; it also goes to the builder, and with COPY . . into the image'
    : ''

/** Key files and the like that are deleted: what they held stays in the history. */
const goneFiles = (sight: Sight, said: ReadonlySet<string>): Fact[] =>
  goneSecretNames(sight).flatMap((path) => {
    const text = said.has(path) ? null : sight.text('base', path)
    const what = text === null ? null : whatIsIn(path, text)
    return what === null ? [] : [fact('secret-removed', path, { what, file: path, line: 1 }, path)]
  })

/** Credentials that a change adds, moves and removes, by their public formats, and files that are secret as a whole. */
export const credentials: Detector = { name: 'credentials', wants, facts }

/** Paths of new secret files that `credentials` names, with where they go: nobody else has to. */
export const saidOf = (sight: Pick<Glimpse, 'change' | 'text' | 'listing'>): Set<string> =>
  new Set(newSecretFiles(sight).map(({ file }) => file.path))
