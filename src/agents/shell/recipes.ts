import { fileAt, pathOf, within } from './files.ts'
import { optionValue } from './options.ts'
import type { Program } from './program.ts'
import { charge, HOLE, isOver, type Shell } from './shell.ts'

/** A named piece of shell text, and what runs before it. */
interface Recipe {
  needs: string[]
  text: string
}
type Recipes = Map<string, Recipe>

/** Runs a recipe and all it needs, each once. */
const runRecipe = (shell: Shell, recipes: Recipes, name: string, label: string, seen: Set<string>): void => {
  const found = recipes.get(name)
  if (!found || seen.has(name) || isOver(shell)) return
  seen.add(name)
  for (const need of found.needs) runRecipe(shell, recipes, need, label, seen)
  if (found.text !== '') shell.text(found.text, `${label} ${name.slice(0, 60)}`)
}

const indent = (line: string): number => line.length - line.trimStart().length

const filled = (text: string, vars: ReadonlyMap<string, string>): string =>
  text.replace(/\{\{\s*\.?([\w-]+)\s*\}\}/g, (_all, name) => vars.get(name) ?? HOLE).replace(/\{\{[^{}]*\}\}/g, HOLE)

const unquoted = (text: string): string => /^(['"])(?<inside>.*)\1$/s.exec(text.trim())?.groups?.inside?.replace(/\\"/g, '"') ?? text.trim()

const header = (line: string): { name: string; needs: string[] } | null => {
  const found = /^@?(?<name>[A-Za-z_][\w-]*)(?:"[^"]*"|'[^']*'|[^:"'])*:(?!=)(?<needs>.*)$/.exec(line)?.groups
  if (!found) return null
  const needs =
    found
      .needs!.replace(/#.*$/, '')
      .replace(/&&/g, ' ')
      .match(/[A-Za-z_][\w-]*/g) ?? []
  return { name: found.name!, needs }
}

/** The recipes of a justfile, in order. */
const readJustfile = (text: string): Recipes => {
  const recipes: Recipes = new Map()
  const vars = new Map<string, string>()
  let open: Recipe | null = null
  for (const line of text.split(/\r?\n/)) {
    const variable = /^(?:export\s+)?(?<name>[\w-]+)\s*:=\s*(?<value>.*)$/.exec(line)?.groups
    const alias = /^alias\s+(?<name>[\w-]+)\s*:=\s*(?<of>[\w-]+)/.exec(line)?.groups
    if (open && (/^\s/.test(line) || line === '')) open.text += `${filled(line.trim().replace(/^[@-]+/, ''), vars)}\n`
    else if (alias) recipes.set(alias.name!, { needs: [alias.of!], text: '' })
    else if (variable) vars.set(variable.name!, unquoted(variable.value!))
    else {
      const head = header(line)
      open = head ? { needs: head.needs, text: '' } : null
      if (head && open) recipes.set(head.name, open)
    }
  }
  return recipes
}

const firstOf = (shell: Shell, names: readonly string[]): string | null => {
  for (const name of names) {
    const text = fileAt(shell, name)
    if (text !== null) {
      charge(shell, [text])
      return text
    }
  }
  return null
}

const once = (shell: Shell, mark: string, act: () => void): string => {
  if (shell.running.includes(mark) || shell.running.length > 16) return HOLE
  shell.running.push(mark)
  act()
  shell.running.pop()
  return HOLE
}

/** `just RECIPE…`; without a name the first one. */
const just: Program = (shell, args) => {
  if (args.some((word) => /^(?:-l|--list|--show|--summary|-n|--dry-run|--help|--version|--evaluate|--dump)$/.test(word))) return HOLE
  const file = optionValue(args, '', '-f', '--justfile')
  const folder = optionValue(args, '', '-d', '--working-directory')
  const names = args.filter((word, i) => !/^-/.test(word) && !/^(?:-f|--justfile|-d|--working-directory)$/.test(args[i - 1] ?? ''))
  return once(shell, `just ${names.join(' ')}`, () =>
    within(shell, folder === null ? shell.cwd : pathOf(shell, folder), () => {
      const recipes = readJustfile((file === null ? firstOf(shell, ['justfile', 'Justfile', '.justfile']) : fileAt(shell, file)) ?? '')
      const seen = new Set<string>()
      for (const name of names.length > 0 ? names : [...recipes.keys()].slice(0, 1))
        runRecipe(shell, recipes, name, 'justfile recipe', seen)
    }),
  )
}

/** Lines below a key, deeper than it. */
const block = (lines: readonly string[], at: number): string[] => {
  const end = lines.findIndex((line, i) => i > at && line.trim() !== '' && indent(line) <= indent(lines[at]!) && !/^\s*-/.test(line))
  return lines.slice(at + 1, end < 0 ? undefined : end)
}

const LIST_ITEM = /^\s*-\s*(?:(?:cmd|task|defer):\s*)?(?<value>.*)$/
const ONE_LINE = /^\s*(?:cmd|cmds|deps):\s*(?<value>[^\s].*)$/

/** The shell lines and the other tasks of one task. Blocks are read line by line, whatever they belong to: too much is better than too little. */
const task = (lines: readonly string[], vars: ReadonlyMap<string, string>): Recipe => {
  const recipe: Recipe = { needs: [], text: '' }
  for (const line of lines) {
    if (
      /^\s*(?:desc|summary|dir|sources|generates|silent|vars|env|preconditions|status|msg|prompt|run|internal|aliases|label|platforms|requires):/.test(
        line,
      )
    )
      continue
    const value =
      (LIST_ITEM.exec(line) ?? ONE_LINE.exec(line))?.groups?.value ?? (/^\s*[\w-]+:\s*[|>]?[-+]?\s*$/.test(line) ? '' : line.trim())
    const list = /^\[(?<inside>.*)\]$/.exec(value)?.groups?.inside
    for (const one of (list === undefined ? [value] : list.split(',')).map(unquoted)) {
      if (/^[\w:.-]+$/.test(one)) recipe.needs.push(one)
      if (one !== '' && !/^[|>][-+]?$/.test(one)) recipe.text += `${filled(one, vars)}\n`
    }
  }
  return recipe
}

const variables = (lines: readonly string[]): Map<string, string> => {
  const at = lines.findIndex((line) => /^vars:\s*$/.test(line))
  const found = at < 0 ? [] : block(lines, at).map((line) => /^\s+(?<name>\w+):\s*(?<value>.+)$/.exec(line)?.groups)
  return new Map(found.flatMap((one) => (one ? [[one.name!, unquoted(one.value!)] as const] : [])))
}

/** The tasks of a Taskfile.yml, read by its indentation. */
const readTaskfile = (text: string): Recipes => {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*#/.test(line))
  const at = lines.findIndex((line) => /^tasks:\s*$/.test(line))
  const body = at < 0 ? [] : block(lines, at)
  const depth = indent(body.find((line) => line.trim() !== '') ?? '')
  const vars = variables(lines)
  return new Map(
    body.flatMap((line, i) => {
      const name = indent(line) === depth ? /^\s*['"]?(?<name>[\w:.-]+?)['"]?:(?<inline>.*)$/.exec(line)?.groups : undefined
      return name ? [[name.name!, task([...(name.inline!.trim() ? [name.inline!] : []), ...block(body, i)], vars)] as const] : []
    }),
  )
}

/** `task NAME…` of go-task; without a name `default`. */
const goTask: Program = (shell, args) => {
  if (args.some((word) => /^(?:-l|--list|-a|--list-all|-n|--dry|--summary|--help|--version|--status)$/.test(word))) return HOLE
  const file = optionValue(args, '', '-t', '--taskfile')
  const folder = optionValue(args, '', '-d', '--dir')
  const names = args.filter((word, i) => !/^-|=/.test(word) && !/^(?:-t|--taskfile|-d|--dir)$/.test(args[i - 1] ?? ''))
  return once(shell, `task ${names.join(' ')}`, () =>
    within(shell, folder === null ? shell.cwd : pathOf(shell, folder), () => {
      const files = ['Taskfile.yml', 'taskfile.yml', 'Taskfile.yaml', 'taskfile.yaml', 'Taskfile.dist.yml']
      const recipes = readTaskfile((file === null ? firstOf(shell, files) : fileAt(shell, file)) ?? '')
      const seen = new Set<string>()
      for (const name of names.length > 0 ? names : ['default']) runRecipe(shell, recipes, name, 'Taskfile task', seen)
    }),
  )
}

/** Runners that keep their recipes in a file of their own. */
export const RECIPES: readonly (readonly [string, Program])[] = [
  ['just', just],
  ['task', goTask],
  ['go-task', goTask],
]
