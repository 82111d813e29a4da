import { CLEAR, type Reading, type World } from '../reading.ts'

/** Reads what a shell would run: one line or a script of many. */
export type ReadLine = (script: string, world: World) => Reading

/** Scripts that call scripts are followed so far. */
const DEEPEST = 3

const PREFIX = /^(?:if|then|elif|else|while|until|do|!|\{|time|exec|command|nohup|sudo|env|npx|retry|[A-Za-z_]\w*=.*)$/
/** They only talk about what follows. */
const TALK = /^(?:echo|printf|grep|rg|cat|git|gh|curl|jq|sed|test|\[|\[\[|which|type)$/

/** The commands of a script, as words: enough for the lines that pipelines run, and no shell. */
const commandsOf = (script: string): string[][] => {
  const commands: string[][] = []
  let words: string[] = []
  const end = (): void => {
    if (words.length > 0) commands.push(words)
    words = []
  }
  const text = withoutDocuments(script.replace(/\\\r?\n/g, ' '))
  for (const [token] of text.matchAll(
    /\n|&&|\|\|?|[;&()]|`|(?<=^|\s)#[^\n]*|(?:"(?:[^"\\]|\\.)*"|'[^']*'|\$\(|\\.|[^\s;&|()`"'#]|["'#])+/g,
  )) {
    if (/^(?:\n|&&|\|\|?|[;&()]|`)$/.test(token)) end()
    else if (!token.startsWith('#')) {
      const parts = token.split('$(')
      words.push(unquote(parts[0]!))
      for (const part of parts.slice(1)) {
        end()
        words.push(unquote(part))
      }
    }
  }
  end()
  return commands.map((one) => one.filter((word) => word !== ''))
}

const unquote = (word: string): string =>
  word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|["']/g, (_all, double, single) => double ?? single ?? '')

/** What a heredoc holds is written, not run. */
const withoutDocuments = (script: string): string => {
  const kept: string[] = []
  let until: string | null = null
  for (const line of script.split('\n')) {
    if (until === null) {
      kept.push(line)
      until = /<<-?\s*["']?(\w+)["']?/.exec(line)?.[1] ?? null
    } else if (line.trim() === until) until = null
  }
  return kept.join('\n')
}

const deploy = (words: readonly string[]): Reading => ({
  verdict: 'deploy',
  way: 'fly',
  command: words.join(' ').slice(0, 120),
  through: [],
  because: 'it changes production',
})

const opaque = (because: string): Reading => ({ verdict: 'opaque', way: 'unreadable', command: null, through: [], because })

const VALUED = /^(?:-[acto]|--(?:app|config|access-token|org))$/
const CHANGES =
  /^(?:deploy|launch|scale)$|^(?:m|machine|machines) (?:run|create|clone|update|start|restart|destroy)$|^secrets? (?:set|unset|import|deploy)$|^(?:image|apps|app) (?:update|restart)$/

const flyReading = (name: string, words: readonly string[]): Reading => {
  const plain: string[] = []
  for (let at = 0; at < words.length && plain.length < 2; at += 1) {
    if (VALUED.test(words[at]!)) at += 1
    else if (!words[at]!.startsWith('-')) plain.push(words[at]!)
  }
  if (/^\$|^EXPR$/.test(plain[0] ?? '')) return opaque('what fly gets is made at run time')
  const harmless = words.some((word) => /^(?:--build-only|--stage|--no-deploy|--help|-h)$/.test(word))
  return !harmless && (CHANGES.test(plain[0] ?? '') || CHANGES.test(plain.join(' '))) ? deploy([name, ...words]) : CLEAR
}

/**
 * A plain reading of a pipeline's script: fly's own commands, and scripts of the repository that hold them. Used where no shell reader is given.
 */
export const plainReader: ReadLine = (script, world) => readAt(script, world, 0)

const readAt = (script: string, world: World, depth: number): Reading => {
  const readings = commandsOf(script).map((words) => commandReading(words, world, depth))
  return readings.find((one) => one.verdict === 'deploy') ?? readings.find((one) => one.verdict === 'opaque') ?? CLEAR
}

const commandReading = (words: readonly string[], world: World, depth: number): Reading => {
  const from = words.findIndex((word) => !PREFIX.test(word) && !word.startsWith('-'))
  const [path = '', ...rest] = from < 0 ? [] : words.slice(from)
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name === 'safe-deploy' || TALK.test(name)) return CLEAR
  if (name === 'fly' || name === 'flyctl') return flyReading(name, rest)
  const inner = depth < DEEPEST ? scriptOf(path, name, rest, world) : null
  if (inner !== null) return readAt(inner, world, depth + 1)
  return /\bfly(?:ctl)?(?::\S*)? (?:\S+ )*?deploy\b/.test(rest.slice(0, 100).join(' ').slice(0, 2_000))
    ? opaque('it names a fly deploy')
    : CLEAR
}

/** The script that a command runs, as far as it lies in the repository. */
const scriptOf = (path: string, name: string, rest: readonly string[], world: World): string | null => {
  const under = (file: string): string | null =>
    file && !file.includes('$') ? world.read(file.startsWith('/') ? file : `${world.cwd}/${file}`) : null
  if (/^(?:ba|z|da)?sh$/.test(name)) {
    const at = rest.findIndex((word) => /^-[a-z]*c$/.test(word))
    return at >= 0 ? (rest[at + 1] ?? '') : under(rest.find((word) => !word.startsWith('-')) ?? '')
  }
  if (name === '.' || name === 'source') return under(rest[0] ?? '')
  if (/^(?:npm|pnpm|yarn|bun)$/.test(name))
    return packageScript(rest.filter((word) => word !== 'run' && !word.startsWith('-'))[0], under('package.json'))
  if (name === 'make')
    return recipe(
      rest.find((word) => /^[\w.-]+$/.test(word) && !word.startsWith('-')),
      under('Makefile'),
    )
  return path.includes('/') ? shellScript(under(path)) : null
}

/** A file that begins as another interpreter's is no shell script. */
const shellScript = (text: string | null): string | null => (text === null || /^#!.*(?:python|node|ruby|perl)/.test(text) ? null : text)

const packageScript = (name: string | undefined, text: string | null): string | null => {
  try {
    const script = (JSON.parse(text ?? '{}') as { scripts?: Record<string, unknown> }).scripts?.[name ?? '']
    return typeof script === 'string' ? script : null
  } catch {
    return null
  }
}

const recipe = (target: string | undefined, text: string | null): string | null => {
  const lines = text?.split('\n') ?? []
  const at = lines.findIndex((line) => target !== undefined && line.startsWith(`${target}:`))
  if (at < 0) return null
  const end = lines.findIndex((line, index) => index > at && !/^\t|^\s*$/.test(line))
  return lines
    .slice(at + 1, end < 0 ? undefined : end)
    .map((line) => line.replace(/^\t[@-]*/, ''))
    .join('\n')
}
