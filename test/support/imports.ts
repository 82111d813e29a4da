import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { parseAst } from 'rolldown/parseAst'

/** One import of a source file. `to` is relative to src for files of ours (also `../checklists/x.yml`), else the package or builtin. */
export interface Import {
  from: string
  to: string
  ours: boolean
  /** Gone at run time: only types. */
  type: boolean
  dynamic: boolean
}

export interface Source {
  path: string
  lines: number
  imports: Import[]
}

/** Every TypeScript file below `root`, with what it imports, by a real parser: text in templates and comments is no import. */
export const readSources = (root: string): Source[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      return { path, lines: text.trimEnd().split('\n').length, imports: importsOf(path, text) }
    })

/** What a file imports. @param path relative to the root, with slashes */
export const importsOf = (path: string, text: string): Import[] => {
  const found: Import[] = []
  walk(parseAst(text, { lang: 'ts' }), (node) => {
    const spec = specOf(node)
    if (spec === null) return
    const ours = spec.startsWith('.')
    const to = ours ? posix.normalize(posix.join(posix.dirname(path), spec)) : packageOf(spec)
    found.push({ from: path, to, ours, type: onlyTypes(node), dynamic: node.type === 'ImportExpression' })
  })
  return found
}

type Node = Record<string, unknown> & { type: string }

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

const walk = (node: unknown, see: (node: Node) => void): void => {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, see)
    return
  }
  if (!isNode(node)) return
  see(node)
  for (const value of Object.values(node)) if (typeof value === 'object' && value !== null) walk(value, see)
}

const SPEAKERS = new Set(['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression', 'TSImportType'])

const specOf = (node: Node): string | null => {
  if (!SPEAKERS.has(node.type)) return null
  const source = (node.source ?? node.argument) as { value?: unknown; literal?: { value?: unknown } } | null
  const value = source?.value ?? source?.literal?.value
  return typeof value === 'string' ? value : null
}

const onlyTypes = (node: Node): boolean => {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') return true
  const specifiers = (node.specifiers ?? []) as { importKind?: string; exportKind?: string }[]
  return specifiers.length > 0 && specifiers.every((one) => one.importKind === 'type' || one.exportKind === 'type')
}

const packageOf = (spec: string): string =>
  spec.startsWith('node:')
    ? spec
    : spec
        .split('/')
        .slice(0, spec.startsWith('@') ? 2 : 1)
        .join('/')

/** Cycles of files, each once, as `a → b → a`. */
export const cyclesOf = (imports: readonly Import[]): string[] => {
  const next = new Map<string, string[]>()
  for (const { from, to, ours } of imports) if (ours) next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  const cycles = new Map<string, string>()
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file)
    if (at >= 0) {
      const cycle = path.slice(at)
      cycles.set([...cycle].sort().join(), [...cycle, file].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const to of next.get(file) ?? []) visit(to, [...path, file])
    done.add(file)
  }
  for (const file of next.keys()) visit(file, [])
  return [...cycles.values()]
}
