import { dirname } from 'node:path'
import { fileAt, pathOf, within } from './files.ts'
import { afterDashes, afterOptions, optionValue, quoted } from './options.ts'
import { type Program, under } from './program.ts'
import { isGuard, runCode } from './scripts.ts'
import { charge, HOLE, isOver, noteUnreadable, type Shell } from './shell.ts'

const VALUES = 'prefix C dir cwd w workspace filter F p package userconfig loglevel registry tag otp scope cache script-shell stream-buffer'
const LIFECYCLE: Readonly<Record<string, readonly string[]>> = {
  install: ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'],
  publish: ['prepublishOnly', 'prepack', 'prepare', 'postpack', 'publish', 'postpublish'],
  pack: ['prepack', 'prepare', 'postpack'],
  version: ['preversion', 'version', 'postversion'],
  restart: ['prerestart', 'restart', 'postrestart', 'prestop', 'stop', 'poststop', 'prestart', 'start', 'poststart'],
}
const SAME: Readonly<Record<string, string>> = {
  i: 'install',
  ci: 'install',
  add: 'install',
  'clean-install': 'install',
  t: 'test',
  tst: 'test',
  'install-test': 'install',
  it: 'install',
  rebuild: 'install',
  update: 'install',
  up: 'install',
  upgrade: 'install',
}
const SCRIPTED = new Set(['test', 'start', 'stop'])
/** What the package managers themselves do; for yarn, pnpm and bun any other word is a script or a program. */
const OWN = new Set(
  (
    'list ls ll la why outdated audit info view show config cache login logout whoami link unlink remove rm uninstall un init create dedupe prune fund ' +
    'search help bin root pkg ping doctor import store patch licenses set get workspaces workspace-tools version-plugin pm completion explain query sbom ' +
    'deprecate owner access team token profile org star dist-tag edit docs repo bugs home diff explore env setup self-update server fetch node'
  ).split(' '),
)

type Scripts = Readonly<Record<string, string>>

/** The scripts of a package.json; none where there is none that can be read. */
const scriptsAt = (shell: Shell, folder: string): Scripts => {
  const text = fileAt(shell, `${folder}/package.json`)
  if (text === null) return {}
  charge(shell, [text])
  try {
    const { scripts } = JSON.parse(text) as { scripts?: unknown }
    if (typeof scripts !== 'object' || scripts === null) return {}
    return Object.fromEntries(Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  } catch {
    return {}
  }
}

/** The folder whose package.json counts: the nearest at or above. */
const nearest = (shell: Shell, from: string): string => {
  for (let at = from, left = 12; left > 0; at = dirname(at), left -= 1) {
    if (shell.files.has(`${at}/package.json`) || shell.world.list(at).includes('package.json')) return at
    if (dirname(at) === at) break
  }
  return from
}

const runScript = (shell: Shell, folder: string, name: string, args: readonly string[]): boolean => {
  const scripts = scriptsAt(shell, folder)
  const wanted = /[*?]/.test(name) ? [] : [`pre${name}`, name, `post${name}`]
  for (const one of wanted) {
    const text = Object.hasOwn(scripts, one) ? scripts[one]! : null
    const mark = `script ${folder} ${one}`
    if (text === null || isOver(shell) || shell.running.includes(mark)) continue
    shell.running.push(mark)
    within(shell, folder, () =>
      shell.text([text, ...(one === name ? args.map(quoted) : [])].join(' '), `package.json script ${JSON.stringify(one.slice(0, 60))}`),
    )
    shell.running.pop()
  }
  return Object.hasOwn(scripts, name)
}

/** Folders of a workspace: what `packages/*` and its kin hold, at most 24. */
const members = (shell: Shell, root: string): string[] =>
  ['packages', 'apps', 'services', 'libs', 'tools', 'workers', '.']
    .flatMap((folder) =>
      shell.world
        .list(pathOf(shell, `${root}/${folder}`) ?? root)
        .filter((name) => !/^(?:\.|node_modules$)/.test(name))
        .map((name) => `${root}/${folder === '.' ? '' : `${folder}/`}${name}`)
        .filter((path) => shell.world.list(path).includes('package.json')),
    )
    .slice(0, 24)

/** Where a script runs: here, in the folder that is named, or in every package of the workspace. */
const places = (shell: Shell, args: readonly string[]): string[] => {
  const here = shell.cwd
  if (here === null) return []
  const named = optionValue(args, '', '--prefix', '-C', '--dir', '--cwd')
  if (named !== null) return [pathOf(shell, named) ?? here]
  const root = nearest(shell, here)
  const wide = args.some((word) => /^(?:-w|--workspaces?|--filter|-F|-r|--recursive|-ws|workspace|workspaces|foreach)(?:=|$)/.test(word))
  return wide ? [root, ...members(shell, root)] : [root]
}

const everywhere = (shell: Shell, args: readonly string[], name: string, rest: readonly string[]): boolean =>
  places(shell, args)
    .map((folder) => runScript(shell, folder, name, rest))
    .some(Boolean)

/** `npm exec`, `npx`, `pnpm dlx`, `bunx`: a program out of a package. */
const execute = (shell: Shell, args: readonly string[], stdin: string | null): string => {
  const text = optionValue(args, 'c', '--call', '--shell-mode')
  if (text !== null) return shell.text(text, 'npx -c', [], stdin)
  const [name = '', ...rest] =
    afterDashes(args) && /^-/.test(args[0] ?? '-') ? afterDashes(args)! : afterOptions(args, 'p package c call w workspace')
  const bare = name.replace(/(?!^)@[^/@]*$/, '')
  if (isGuard(bare)) return HOLE
  return bare === '' ? HOLE : shell.run([bare, ...(rest[0] === '--' ? rest.slice(1) : rest)], stdin)
}

const manager: Program = (shell, args, stdin, name) => {
  if (name === 'bun' && /^(?:-e|--eval|-p|--print)$/.test(args[0] ?? '')) return shell.run(['node', ...args], stdin)
  const [first = 'install', ...after] = afterOptions(args, VALUES)
  const verb = SAME[first] ?? first
  if (/^(?:exec|x|dlx)$/.test(verb)) return execute(shell, after, stdin)
  if (/^(?:run|run-script|rum|urn|task)$/.test(verb)) return scripted(shell, args, after, stdin, name)
  if (/^(?:workspace|workspaces|foreach|--)$/.test(verb))
    return scripted(
      shell,
      args,
      after.filter((word) => !/^(?:run|foreach|exec)$/.test(word)).slice(verb === 'workspace' ? 1 : 0),
      stdin,
      name,
    )
  for (const one of LIFECYCLE[verb] ?? []) everywhere(shell, args, one, [])
  if (SCRIPTED.has(verb)) everywhere(shell, args, verb, after)
  else if (name !== 'npm' && !OWN.has(verb) && !LIFECYCLE[verb]) return scripted(shell, args, [verb, ...after], stdin, name)
  return HOLE
}

/** A script by its name; where there is none, pnpm, yarn and bun run a program or a file of that name. */
const scripted = (shell: Shell, args: readonly string[], words: readonly string[], stdin: string | null, name: string): string => {
  const [script, ...rest] = afterOptions(words, VALUES)
  if (script === undefined) return HOLE
  const more = rest[0] === '--' ? rest.slice(1) : rest
  if (script.includes(HOLE)) noteUnreadable(shell, [name, 'run', script], 'which script runs is made at run time')
  if (everywhere(shell, args, script, more) || name === 'npm') return HOLE
  if (/\.[cm]?[jt]sx?$/.test(script)) runCode(shell, script)
  else return shell.run([script, ...more], stdin)
  return HOLE
}

/** `run-s build deploy`, `npm-run-all -p a b`, `turbo run deploy`, `nx run web:deploy`, `lerna run deploy`. */
const several: Program = (shell, args) => {
  const names = afterOptions(args, 'filter scope c concurrency').filter((word) => !/^-/.test(word) && word !== 'run')
  for (const one of names)
    everywhere(
      shell,
      [...args, '-ws'],
      one.replace(/^[^:]*:(?=[^:]*$)/, (own) => (args.includes('run') && !/^run-/.test(own) ? '' : own)),
      [],
    )
  for (const one of names.filter((word) => word.includes(':'))) everywhere(shell, [...args, '-ws'], one, [])
  return HOLE
}

const deno: Program = (shell, args, stdin) => {
  const [verb, ...rest] = args
  if (verb === 'task') {
    const text = shell.cwd === null ? null : (fileAt(shell, 'deno.json') ?? fileAt(shell, 'deno.jsonc'))
    const [name = ''] = afterOptions(rest, 'c config cwd')
    const line = new RegExp(`"${name.replace(/[^\\w:-]/g, '.')}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(text ?? '')?.[1]
    return line === undefined ? HOLE : shell.text(line.replace(/\\(.)/g, '$1'), `deno task ${name.slice(0, 40)}`)
  }
  if (verb === 'eval') return shell.run(['node', '-e', rest.find((word) => !word.startsWith('-')) ?? ''], stdin)
  if (verb === 'run') for (const file of afterOptions(rest, 'c config').slice(0, 1)) runCode(shell, file)
  return HOLE
}

/** Package managers and what runs their scripts. */
export const PACKAGES: readonly (readonly [string, Program])[] = [
  ...under('npm pnpm yarn bun cnpm tnpm yarnpkg rush', manager),
  ...under('npx pnpx bunx', (shell, args, stdin) => execute(shell, args, stdin)),
  ...under('npm-run-all npm-run-all2 run-s run-p turbo nx lerna wireit wsrun ultra moon', several),
  ['deno', deno],
  ...under('corepack', (shell, args, stdin) => shell.run(args, stdin)),
]
