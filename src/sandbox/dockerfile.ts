import type { Command } from './state.ts'

/** What of a Dockerfile decides how its image runs. */
interface Recipe {
  cmd: Command | null
  entrypoint: Command | null
  env: Record<string, string>
}

/** Instructions of a Dockerfile: comments gone, continued lines joined. */
const instructions = (text: string): [string, string][] =>
  text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\[ \t]*\n/g, ' ')
    .split('\n')
    .map((line) => /^\s*([A-Za-z]+)\s+(.*\S)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => [match[1]!.toUpperCase(), match[2]!])

const commandOf = (rest: string): Command | null => {
  try {
    const words: unknown = JSON.parse(rest)
    if (Array.isArray(words)) return words.length > 0 ? { argv: words.map(String) } : null
  } catch {}
  return { shell: rest }
}

const envOf = (rest: string): Record<string, string> => {
  if (!/^\w+=/.test(rest)) {
    const [, key, value] = /^(\w+)\s+(.*)$/.exec(rest) ?? []
    return key === undefined ? {} : { [key]: value ?? '' }
  }
  const pairs = rest.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)
  return Object.fromEntries([...pairs].map(([, key, value]) => [key!, value!.replace(/^(["'])(.*)\1$/s, '$2')]))
}

const step = (recipe: Recipe, [name, rest]: [string, string]): Recipe => {
  if (name === 'FROM') return { cmd: null, entrypoint: null, env: {} }
  if (name === 'CMD') return { ...recipe, cmd: commandOf(rest) }
  if (name === 'ENTRYPOINT') return { ...recipe, entrypoint: commandOf(rest) }
  return name === 'ENV' ? { ...recipe, env: { ...recipe.env, ...envOf(rest) } } : recipe
}

/** The entrypoint in front of the command, as docker joins them: a shell entrypoint ignores the command. */
const join = ({ cmd, entrypoint }: Recipe): Command | null => {
  if (!entrypoint || 'shell' in entrypoint) return entrypoint ?? cmd
  if (!cmd) return entrypoint
  return { argv: [...entrypoint.argv, ...('argv' in cmd ? cmd.argv : ['/bin/sh', '-c', cmd.shell])] }
}

/** The command and environment of the last stage of a Dockerfile. RUN, COPY and the rest are not done: the build context is the image. */
export const readDockerfile = (text: string): { command: Command | null; env: Record<string, string> } => {
  const recipe = instructions(text).reduce(step, { cmd: null, entrypoint: null, env: {} })
  return { command: join(recipe), env: recipe.env }
}

/** The `web` line of a Procfile, else its first. */
export const readProcfile = (text: string): Command | null => {
  const lines = [...text.matchAll(/^([A-Za-z0-9_-]+):[ \t]*(.*\S)[ \t]*$/gm)].map(([, name, line]) => [name!, line!] as const)
  const line = (lines.find(([name]) => name === 'web') ?? lines[0])?.[1]
  return line === undefined ? null : { shell: line }
}

/** The start script of a package.json. */
export const readStartScript = (text: string): Command | null => {
  try {
    const start = (JSON.parse(text) as { scripts?: { start?: unknown } }).scripts?.start
    return typeof start === 'string' && start !== '' ? { shell: start } : null
  } catch {
    return null
  }
}
