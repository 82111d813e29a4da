import { createHash } from 'node:crypto'
import { type BuildContext, readBuildContext } from '../change/build-context.ts'
import { fixSizeOf } from '../change/fix-sizes.ts'
import { parseFly } from '../change/fly-file.ts'
import { looksGenerated } from '../change/generated.ts'
import { makeContextFilter } from '../change/ignore-file.ts'
import { lineChange } from '../change/opaque.ts'
import { type Glimpse, type Mention, makeOnce, type Sight } from '../change/sight.ts'
import { defaultSettings } from '../config/settle.ts'
import type { Change, ChangedLine, FileChange } from '../model.ts'
import type { Example, ExampleFile } from './rule.ts'

const COMMIT = '1'.repeat(40)
const BASE = '2'.repeat(40)
const ZERO = '0'.repeat(40)

/** A change of files as an example writes it, in the shape in which detectors see a real one: no git, no disk. */
export const sightOfExample = async (example: Extract<Example, { files: unknown }>): Promise<Sight> => {
  const sides = { base: sideOf(example, 'base'), candidate: sideOf(example, 'candidate') }
  const change = changeOf(example)
  const settings = { ...defaultSettings('/repository', 'example'), file: sides.candidate.has('safe-deploy.yml') ? 'safe-deploy.yml' : null }
  const text: Glimpse['text'] = (side, path) => sides[side].get(path) ?? null
  const build = await readBuildContext((path) => text('candidate', path), settings, [])
  return {
    change,
    candidate: candidateOf(example),
    settings,
    listing: new Map([...sides.candidate].map(([path, content]) => [path, { mode: '100644', oid: oidOf(content) }])),
    text,
    unread: () => null,
    mentions: (wanted) => mentionsIn(sides.candidate, wanted),
    onDisk: (path) => text('candidate', path),
    build,
    once: makeOnce(),
    was: await before(build, text),
    whole: false,
    judgesCommits: false,
    ignored: [],
    hidden: [],
    absent: [],
    submodules: [],
    commitFiles: new Map([[COMMIT, example.files.map(({ path }) => path)]]),
    fixSizes: new Map([
      [COMMIT, fixSizeOf(change.files.map((file) => ({ path: file.path, lines: file.added.length + file.removed.length })))],
    ]),
    pushed: null,
    failed: new Map(),
    truth: null,
    state: null,
    now: 0,
  }
}

const before = async (build: BuildContext, text: Glimpse['text']): Promise<Sight['was']> => {
  const config = build.config === null ? null : text('base', build.config)
  return {
    fly: build.config !== null && config !== null ? await parseFly(build.config, config) : null,
    filter: makeContextFilter(text('base', build.ignoreFile)),
  }
}

const isWhole = (file: ExampleFile): boolean => file.was !== undefined || file.now !== undefined

/** All files of one side. Of a file that is given by its lines, those lines are its text. */
const sideOf = (example: Extract<Example, { files: unknown }>, side: 'base' | 'candidate'): Map<string, string> => {
  const files = new Map(Object.entries(example.tree ?? {}))
  for (const file of example.files) {
    const path = side === 'base' ? (file.from ?? file.path) : file.path
    const lines = side === 'base' ? file.removed : file.added
    const text = isWhole(file) ? (side === 'base' ? file.was : file.now) : lines && `${lines.join('\n')}\n`
    if (text !== undefined) files.set(path, text)
  }
  return files
}

const changeOf = (example: Extract<Example, { files: unknown }>): Change => {
  const files = example.files.map(fileOf)
  const sum = (side: 'added' | 'removed'): number => files.reduce((all, file) => all + file[side].length, 0)
  return {
    base: { commit: BASE, tree: BASE },
    unseen: null,
    files,
    commits: [{ oid: COMMIT, subject: subjectOf(example), author: 'somebody', trailers: {} }],
    added: sum('added'),
    removed: sum('removed'),
  }
}

const subjectOf = ({ subject }: Extract<Example, { files: unknown }>): string => subject ?? 'change'

const fileOf = (file: ExampleFile): FileChange => {
  const lines = isWhole(file)
    ? lineChange(file.was ?? '', file.now ?? '')
    : { removed: numbered(file.removed), added: numbered(file.added) }
  const generated = looksGenerated(file.path)
  return {
    path: file.path,
    ...(file.from ? { from: file.from } : {}),
    status: statusOf(file),
    modes: ['100644', '100644'],
    oids: [oidOf(file.was ?? file.removed?.join('\n')), oidOf(file.now ?? file.added?.join('\n'))],
    opaque: false,
    generated,
    ...(generated ? { added: [], removed: [], more: { added: lines.added.length, removed: lines.removed.length } } : lines),
  }
}

const statusOf = (file: ExampleFile): FileChange['status'] => {
  if (file.from) return 'R'
  if (!isWhole(file)) return 'M'
  return file.was === undefined ? 'A' : file.now === undefined ? 'D' : 'M'
}

const numbered = (texts: readonly string[] | undefined): ChangedLine[] => (texts ?? []).map((text, i) => ({ n: i + 1, text }))

const oidOf = (text: string | undefined): string => (text === undefined ? ZERO : createHash('sha1').update(text).digest('hex'))

const candidateOf = (example: Extract<Example, { files: unknown }>): Sight['candidate'] => ({
  tree: COMMIT,
  commit: COMMIT,
  subject: subjectOf(example),
  branch: 'main',
  dirty: [],
  context: '',
  config: '',
  argv: [],
})

const mentionsIn = (files: ReadonlyMap<string, string>, wanted: string): Mention[] =>
  [...files].flatMap(([path, content]) =>
    content.split('\n').flatMap((text, i): Mention[] => (text.includes(wanted) ? [{ path, line: i + 1, text }] : [])),
  )
