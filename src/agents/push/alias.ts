import { join, resolve } from 'node:path'
import type { Reading, World } from '../reading.ts'
import type { GitCall } from './git-args.ts'
import { readGitArgs } from './git-args.ts'
import { readGitConfig } from './git-config.ts'
import { openRepository, type Repository } from './repository.ts'
import type { ReadLine } from './run-lines.ts'

/** Aliases of aliases. */
const MOST = 10

/** Commands that no alias can stand for, as far as they matter here. */
const BUILT_IN =
  /^(?:push|send-pack|subtree|submodule|bisect|rebase|status|log|diff|add|commit|fetch|pull|checkout|switch|merge|show|branch|tag|remote|config)$/

/** The words of an alias: quotes hold together, a backslash keeps the next sign. */
const wordsOf = (text: string): string[] =>
  (text.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? []).map((word) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_all, double, single, sign) => double ?? single ?? sign),
  )

/**
 * Follows aliases to the command they stand for.
 * @returns the call without aliases; or, of an alias that is a shell line, its reading
 */
export const readAlias = (call: GitCall, world: World, readLine: ReadLine): GitCall | Reading => {
  let now = call
  for (let left = MOST; left > 0 && !BUILT_IN.test(now.name); left -= 1) {
    const alias = aliasOf(now, world)
    if (alias === null || alias.trim() === '') return now
    if (alias.startsWith('!')) return shellAlias(alias.slice(1), now, world, readLine)
    const inner = readGitArgs([...wordsOf(alias), ...now.rest], { ...world, cwd: now.cwd })
    now = {
      ...inner,
      config: [...now.config, ...inner.config],
      gitDir: inner.gitDir ?? now.gitDir,
      workTree: inner.workTree ?? now.workTree,
    }
  }
  return now
}

const aliasOf = (call: GitCall, world: World): string | null => {
  const config = openRepository(call, world)?.config ?? readGitConfig([], '', call.config, world)
  return config.get(`alias.${call.name.toLowerCase()}`) ?? config.get(`alias.${call.name}.command`)
}

/** It runs at the top of the work tree, with what was typed after it at its end. Within it no alias is read again, so that none can go on for ever. */
const shellAlias = (line: string, call: GitCall, world: World, readLine: ReadLine): Reading => {
  const top = openRepository(call, world)?.top ?? call.cwd
  const reading = readLine([line, ...call.rest.map(quote)].join(' '), withoutAliases({ ...world, cwd: top }))
  return reading.verdict === 'clear' ? reading : { ...reading, through: [`git alias ${call.name}`, ...reading.through] }
}

const quote = (word: string): string => (/^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

const withoutAliases = (world: World): World => {
  const env = Object.entries(world.env).filter(([name]) => !name.startsWith('GIT_CONFIG_'))
  return {
    ...world,
    env: Object.fromEntries(env),
    read: (path) => {
      const text = world.read(path)
      return text !== null && /(?:^|\/)\.?git(?:\/|config)|\/config$/.test(path) ? text.replace(/^\s*\[\s*alias\b/gim, '[no-alias') : text
    },
  }
}

/** A hook that runs before every push, and deploys. Null where there is none. */
export const readHook = (call: GitCall, { config, common, top }: Repository, world: World, readLine: ReadLine): Reading | null => {
  if (call.rest.includes('--no-verify')) return null
  const folder = config.get('core.hookspath')
  const text = world.read(resolve(top, folder ?? join(common, 'hooks'), 'pre-push'))
  const reading = text === null || !/fly/.test(text) ? null : readLine(text, { ...withoutAliases(world), cwd: top })
  return reading?.verdict === 'deploy' ? { ...reading, through: ['git hook pre-push', ...reading.through] } : null
}

/** Variables and settings whose value git hands to a shell. */
const LINES = /^GIT_(?:SSH_COMMAND|SSH|EDITOR|SEQUENCE_EDITOR|PAGER|ASKPASS|EXTERNAL_DIFF|PROXY_COMMAND)$/
const SETTINGS =
  /^(?:core\.(?:sshcommand|editor|pager|fsmonitor|askpass|gitproxy)|sequence\.editor|pager\..*|credential\..*|diff\.external|.*\.(?:cmd|command|process|textconv))$/

/** Shell lines that a git command carries in itself: `rebase --exec`, `bisect run`, `submodule foreach`, `-c core.sshCommand=…`. Null where none deploys. */
export const readInline = (call: GitCall, world: World, readLine: ReadLine): Reading | null => {
  const handed = [
    ...Object.entries(world.env).flatMap(([name, value]) => (LINES.test(name) && value ? [value] : [])),
    ...call.config.flatMap(([key, value]) => (SETTINGS.test(key) ? [value.replace(/^!/, '')] : [])),
  ].filter((line) => /fly|push/.test(line))
  for (const line of [...handed, ...linesIn(call)]) {
    const reading = readLine(line, { ...world, cwd: call.cwd, env: withoutLines(world) })
    if (reading.verdict !== 'clear') return { ...reading, through: [`git ${call.name}`, ...reading.through] }
  }
  return null
}

/** So that a git command inside of them does not read them again. */
const withoutLines = (world: World): World['env'] => Object.fromEntries(Object.entries(world.env).filter(([name]) => !LINES.test(name)))

const linesIn = ({ name, rest }: GitCall): string[] => {
  if (name === 'rebase')
    return rest.flatMap((word, at) => (/^(?:-x|--exec)$/.test(word) ? [rest[at + 1] ?? ''] : (/^--exec=(.*)$/s.exec(word)?.[1] ?? [])))
  if (name === 'bisect' && rest[0] === 'run') return [rest.slice(1).map(quote).join(' ')]
  if (name === 'submodule' && rest[0] === 'foreach')
    return [
      rest
        .slice(1)
        .filter((word) => !/^--?(?:recursive|quiet|q)$/.test(word))
        .join(' '),
    ]
  return []
}
