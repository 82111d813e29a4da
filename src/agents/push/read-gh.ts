import { CLEAR, type Reading, type World } from '../reading.ts'
import type { Found } from './deploys.ts'
import { fieldsOf, readFlags } from './flag-words.ts'
import { type Forge, openForge } from './forge.ts'
import { ghAlias } from './gh-alias.ts'
import { readApi } from './gh-api.ts'
import { merges, releases, runsAgain, startsWorkflow } from './gh-starts.ts'
import { plainReader, type ReadLine } from './run-lines.ts'

type Judge = (words: readonly string[], forge: Forge) => Found | null

const REPO = ['-R', '--repo']

const workflowRun: Judge = (words, forge) => {
  const { plain, values, has } = readFlags(words, [...REPO, '-r', '--ref', '-f', '--raw-field', '-F', '--field'])
  if (has('--help', '-h')) return null
  const ref = values('-r', '--ref').at(-1) ?? null
  return startsWorkflow(plain[0] ?? '', ref, fieldsOf(values('-f', '--raw-field', '-F', '--field')), forge)
}

const merge: Judge = (words, forge) => {
  const { has } = readFlags(words, [
    ...REPO,
    '-b',
    '--body',
    '-F',
    '--body-file',
    '-t',
    '--subject',
    '-A',
    '--author-email',
    '--match-head-commit',
  ])
  return has('--disable-auto', '--help') ? null : merges(null, has('--admin'), forge)
}

const RELEASE = [
  ...REPO,
  '-t',
  '--title',
  '-n',
  '--notes',
  '-F',
  '--notes-file',
  '--target',
  '--discussion-category',
  '--notes-start-tag',
  '--tag',
]

const release: Judge = (words, forge) => {
  const { plain, has } = readFlags(words, RELEASE)
  return has('-d', '--draft', '--help') ? null : releases(plain[0] ?? null, forge)
}

/** Only the publishing of a draft starts something. */
const releaseEdit: Judge = (words, forge) => (words.includes('--draft=false') ? release(words, forge) : null)

/** An extension by this name is somebody's way to deploy. */
const extension: Judge = (_words, forge) =>
  forge.deploys() ? { verdict: 'opaque', because: 'an extension of gh does it, and jobs here deploy without safe-deploy' } : null

/** What of gh may start a job. Everything else is clear: enabling a workflow starts none. */
const COMMANDS: readonly (readonly [name: string, judge: Judge])[] = [
  ['workflow run', workflowRun],
  ['run rerun', (_words, forge) => runsAgain(forge)],
  ['pr merge', merge],
  ['release create', release],
  ['release edit', releaseEdit],
  ['release new', release],
  ['api', readApi],
  ['deploy', extension],
]

/**
 * What a command of GitHub's `gh` would deploy: CLEAR unless it starts, or may start, a workflow that deploys without safe-deploy.
 * A merge is a deploy only where it goes past review (`--admin`); else it is opaque, since most teams review there.
 * @param args the finished words after `gh`
 * @param readLine reads what jobs run
 */
export const readGh = (args: readonly string[], world: World, readLine: ReadLine = plainReader): Reading => {
  const alias = ghAlias(args[0] ?? '', world)
  if (alias !== null && !KNOWN.has(args[0] ?? '')) return readAliased(alias, args, world, readLine)
  return readPlain(args, world, readLine)
}

const KNOWN = new Set(COMMANDS.map(([name]) => name.split(' ')[0]))

/** `$1` is the first word after the alias; words that no `$` takes follow. One alias does not lead to another. */
const readAliased = (alias: string, args: readonly string[], world: World, readLine: ReadLine): Reading => {
  const rest = args.slice(1)
  const line = alias.replace(/\$(\d)/g, (_all, at: string) => rest[Number(at) - 1] ?? '')
  const words = [...line.split(/\s+/).filter(Boolean), ...(/\$\d/.test(alias) ? [] : rest)]
  const reading = alias.startsWith('!') ? readLine(line.slice(1), withoutGhAliases(world)) : readPlain(words, world, readLine)
  return reading.verdict === 'clear' ? reading : { ...reading, through: [`gh alias ${args[0]}`, ...reading.through] }
}

const withoutGhAliases = (world: World): World => ({ ...world, env: { ...world.env, GH_CONFIG_DIR: '/dev/null' } })

const readPlain = (args: readonly string[], world: World, readLine: ReadLine): Reading => {
  const found = COMMANDS.find(([name]) => name.split(' ').every((word, at) => args[at] === word))
  const forge = found ? openForge(world, readLine, 'github') : null
  if (!found || !forge) return CLEAR
  const [name, judge] = found
  const words = args.slice(name.split(' ').length)
  const does = elsewhere(words, world, forge) ? otherRepository(name) : judge(words, forge)
  return does ? { ...does, way: 'workflow', command: commandOf(name, words), through: [] } : CLEAR
}

/** `-R` or GH_REPO with another name than the remote has. */
const elsewhere = (words: readonly string[], world: World, forge: Forge): boolean => {
  const said =
    readFlags(words, REPO)
      .values(...REPO)
      .at(-1) ??
    world.env.GH_REPO ??
    ''
  const name = said.split('/').slice(-2).join('/').toLowerCase()
  return name !== '' && forge.name !== null && name !== forge.name.toLowerCase()
}

/** Its workflows do not lie here. Merging and releasing there is nobody's business here. */
const otherRepository = (name: string): Found | null =>
  name === 'workflow run'
    ? { verdict: 'opaque', because: "it starts another repository's workflow, which does not lie here to be read" }
    : null

/** Values of fields may be secret: only what is asked for is shown. */
const commandOf = (name: string, words: readonly string[]): string => {
  const { plain } = readFlags(words, [
    ...RELEASE,
    '-f',
    '--raw-field',
    '--field',
    '-X',
    '--method',
    '-H',
    '--header',
    '--input',
    '-r',
    '--ref',
    '-b',
    '--body',
  ])
  return ['gh', name, ...plain].join(' ').slice(0, 120)
}
