import { fileAt } from './files.ts'
import { type Program, under } from './program.ts'
import { bounded, HOLE, type Shell } from './shell.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '',
  b: '',
  e: '',
  f: '',
  v: '',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

const unescaped = (text: string): string =>
  text.replace(/\\(?:x([0-9A-Fa-f]{1,2})|0?([0-7]{1,3})|(.))/gs, (all, hex, octal, char) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : octal ? String.fromCharCode(Number.parseInt(octal, 8)) : (ESCAPES[char] ?? all),
  )

const echo: Program = (_shell, args) => {
  const from = args.findIndex((word) => !/^-[neE]+$/.test(word))
  const flags = (from < 0 ? args : args.slice(0, from)).join('')
  const text = from < 0 ? '' : args.slice(from).join(' ')
  return bounded((flags.includes('e') ? unescaped(text) : text) + (flags.includes('n') ? '' : '\n'))
}

/** `printf FORMAT WORD…`: the format is used again until the words are used up. */
const formatted = ([format = '', ...words]: readonly string[]): string => {
  const told: string[] = []
  let at = 0
  let size = 0
  do {
    const before = at
    const round = unescaped(format).replace(/%(?:%|[-+ #0]*\d*(?:\.\d+)?([a-zA-Z]))/g, (_all, kind) => {
      if (!kind) return '%'
      const word = words[at++] ?? ''
      return kind === 'b' ? unescaped(word) : word
    })
    told.push(round)
    size += round.length
    if (at === before) break
  } while (at < words.length && size < 65_536)
  return bounded(told.join(''))
}

const printf: Program = (shell, args) => {
  if (args[0] !== '-v') return formatted(args[0] === '--' ? args.slice(1) : args)
  shell.vars.set(args[1] ?? '', [[formatted(args.slice(2))]])
  return ''
}

const files = (args: readonly string[]): string[] => args.filter((word) => !word.startsWith('-') || word === '-')

const contents = (shell: Shell, args: readonly string[], stdin: string | null): string => {
  const named = files(args)
  if (named.length === 0) return stdin ?? HOLE
  return bounded(named.map((path) => (path === '-' ? (stdin ?? HOLE) : (fileAt(shell, path) ?? HOLE))).join(''))
}

const cat: Program = (shell, args, stdin) => contents(shell, args, stdin)

const tee: Program = (shell, args, stdin) => {
  for (const path of files(args)) shell.files.set(path.startsWith('/') ? path : `${shell.cwd}/${path.replace(/^\.\//, '')}`, stdin ?? HOLE)
  return stdin ?? HOLE
}

/** What a copy or a move leaves under the new name. */
const copy: Program = (shell, args) => {
  const [from, to] = files(args)
  // A copy of fly is fly.
  const text = !from || !to ? null : /(?:^|\/)fly(?:ctl)?$/.test(from) ? 'exec fly "$@"\n' : fileAt(shell, from)
  if (text !== null) shell.files.set(to!.startsWith('/') ? to! : `${shell.cwd}/${to!.replace(/^\.\//, '')}`, text)
  return ''
}

const last = (args: readonly string[]): string => args.at(-1) ?? ''

/** Where a program lies: its own name serves as well. */
const which: Program = (_shell, args) => `${files(args).join('\n')}\n`

const base: Program = (_shell, args) => `${(files(args)[0] ?? '').replace(/\/+$/, '').replace(/^.*\//s, '')}\n`
const folder: Program = (_shell, args) => `${last(args).replace(/\/[^/]*\/*$/, '') || '.'}\n`
const path: Program = (_shell, args) => `${last(args)}\n`
const here: Program = (shell) => `${shell.cwd ?? HOLE}\n`

/** Programs whose output is known from the line alone. */
export const PRINTING: readonly (readonly [string, Program])[] = [
  ['echo', echo],
  ['printf', printf],
  ...under('cat head tail tac bat', cat),
  ['tee', tee],
  ...under('cp mv install ln', copy),
  ...under('which type where', which),
  ['basename', base],
  ['dirname', folder],
  ...under('realpath readlink', path),
  ['pwd', here],
  ...under('true : false test [', () => ''),
  // They print a few lines that set the shell up, which eval or source then reads.
  ...under(
    'ssh-agent brew fnm pyenv rbenv nodenv goenv jenv opam starship zoxide conda mamba thefuck dircolors lesspipe kubectl minikube docker-machine ' +
      'terraform gcloud az completion fzf atuin mcfly broot navi oh-my-posh register-python-argcomplete',
    () => '',
  ),
]
