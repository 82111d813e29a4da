import type { Glimpse, Mention } from '../sight.ts'
import { type Gone, nameOfPath } from './files.ts'
import { dottedOf, dottedWord, namesModule } from './modules.ts'
import { isDistinct, namingOf, type Tree } from './naming.ts'
import { readerAt } from './readers.ts'
import { type Grade, gradeOf, makesIt, sortOf } from './reading.ts'
import { inComment, tokensOf } from './tokens.ts'

/** A line of the candidate that still names a file that went. */
export interface StillRead {
  mention: Mention
  grade: Grade
}

/** Files that start or build what lies beside them: they name it by its bare name. */
const BESIDE = [
  'Dockerfile',
  'Procfile',
  'package.json',
  'fly.toml',
  'compose.yml',
  'compose.yaml',
  'docker-compose.yml',
  'docker-entrypoint.sh',
  'start.sh',
]
const RANK: readonly Grade[] = ['sure', 'likely', 'maybe']

/** Texts to look up for a file: its name, or the end of its path where the name alone is everybody's. */
export const wordsFor = (path: string, listing: Glimpse['listing']): string[] => {
  const [name, parts] = [nameOfPath(path), path.split('/')]
  const folder = parts
    .slice(0, -1)
    .map((part) => `${part}/`)
    .join('')
  // `.env` alone stands in every `process.env`.
  if (name.startsWith('.')) return ['/', ' ', '"', "'", '=', ':'].map((before) => `${before}${name}`)
  const dotted = dottedWord(path, (one) => listing.has(one))
  const bare = isDistinct(path) || BESIDE.some((file) => listing.has(`${folder}${file}`))
  const word = (bare && name.includes('.')) || parts.length === 1 ? name : parts.slice(-2).join('/')
  return [...(tells(word) ? [word] : []), ...(dotted ? [dotted] : [])]
}

/** A plain word (`heimdallr`, the binary of the repository's own name) is not taken for a file. */
const tells = (word: string): boolean => /\w[./]\w/.test(word) || /^[A-Z]\w+file$/.test(word)

/** Lines that still read the file, surest first; none where something of the candidate makes it. */
export const stillReading = (gone: Gone, sight: Glimpse, tree: Tree): StillRead[] => {
  const all = wordsFor(gone.path, sight.listing).flatMap((word) => sight.mentions(word))
  const lines = new Map(all.map((one) => [`${one.path}:${one.line}`, one])).values()
  const found: StillRead[] = []
  for (const mention of lines) {
    const one = readOf(gone, mention, sight, tree)
    if (one === 'made') return []
    if (one) found.push({ mention, grade: one })
  }
  return found.sort((a, b) => RANK.indexOf(a.grade) - RANK.indexOf(b.grade))
}

/** What one line has to do with the file: how surely it reads it, or that it makes it. */
export const readOf = (gone: Gone, mention: Mention, sight: Glimpse, tree: Tree): Grade | 'made' | null => {
  const { path, text } = mention
  const reader = path === gone.to || path === gone.path ? null : readerAt(path)
  if (reader === null || COPIES_BUILT.test(text)) return null
  // To code, the name of a folder is that of a module as well.
  if (gone.folder && reader !== 'deploy') return null
  const sort = sortOf(gone.path)
  if (sort === 'code' && reader !== 'deploy' && isRewritten(gone, tree)) return moduleRead(gone, mention, tree)
  for (const token of tokensOf(text, nameOfPath(gone.path))) {
    const naming = inComment(path, text, token.at) ? null : namingOf(token, path, gone.path, tree)
    if (naming === null) continue
    if (makesIt(text, token.at)) return 'made'
    return isCopied(sight, path, text) ? null : gradeOf(mention, token.at, naming, reader, sort)
  }
  return moduleRead(gone, mention, tree)
}

/** `x.js` is `x.ts` now: what compiles or resolves it finds it. */
const isRewritten = ({ path }: Gone, tree: Tree): boolean => {
  const stem = path.replace(/\.\w+$/, '')
  return ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.jsx', '/index.ts', '/index.js'].some((end) => tree.has(`${stem}${end}`))
}

/** What the image's own Dockerfile copies is looked at apart. */
const isCopied = ({ build }: Glimpse, path: string, text: string): boolean => path === build.dockerfile && /^\s*(?:COPY|ADD)\s/i.test(text)

const COPIES_BUILT = /^\s*COPY\s+--from=/i

const moduleRead = (gone: Gone, mention: Mention, tree: Tree): Grade | null => {
  const names = dottedOf(gone.path, tree.has)
  const at = names.length === 0 ? null : namesModule(mention, names)
  const reader = readerAt(mention.path)
  if (at === null || reader === null || reader === 'ci' || inComment(mention.path, mention.text, at)) return null
  const alive = names.some((name) => {
    const path = name.replaceAll('.', '/')
    return tree.hasTail(`${path}.py`) || tree.has(path) || tree.hasTail(`${path}/__init__.py`)
  })
  return alive ? null : reader === 'deploy' ? 'sure' : 'likely'
}
