import type { Reading, Way } from '../reading.ts'
import type { Halted } from './halt.ts'

/** A model reads it, among much else. */
const MOST_CHARS = 499

/** On one line, without anything that draws, at most so long. */
const plain = (text: string, most: number): string => {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

/** A fly command that makes a release of the code goes through the stages; any other through `run`. */
const isRelease = (command: string): boolean => {
  const words = command.split(' ')
  return words.some((word) => word === 'deploy' || word === 'launch') && !words.some((word) => /^(?:secrets|mcp)$/.test(word))
}

const STAGES = '`safe-deploy plan`, then `safe-deploy deploy --plan=DIGEST --because="why"` with the digest it prints'

/** Values that may be secret are not in the command that was found: the one who typed them has them. */
const throughRun = (command: string): string =>
  `the same command with \`safe-deploy run -- \` in front of it (\`safe-deploy run -- ${plain(command, 50)} …\`)`

/** What does the same under the guard, as it is typed. */
const NEXTS: Readonly<Record<Way, (command: string) => string>> = {
  fly: (command) => (isRelease(command) ? STAGES : throughRun(command)),
  'fly-mcp': (command) => (isRelease(command) ? STAGES : throughRun(command)),
  push: () => 'push another branch for review (`git push origin HEAD:refs/heads/review-NAME`), or `safe-deploy plan`',
  workflow: () => STAGES,
  'guard-files': () => '`safe-deploy doctor` shows how they stand; tell the person you work for what should change',
  unreadable: () => "type the commands themselves; `safe-deploy hook explain 'COMMAND'` shows how a line is read",
}

const WHILE_HALTED =
  'fly deploy, pushing to deploy branches and secrets changes are blocked too. Next: `safe-deploy rollback`; `safe-deploy status` shows the ways out.'

/** How the clone stands, in a sentence. */
export const haltedSays = ({ app, since }: Halted): string =>
  app === null
    ? 'What this clone knows of a failed deploy is not settled, which counts as halted.'
    : `${plain(app, 30)} is halted${since ? ` since ${since}` : ''}.`

const who = ({ way }: Reading, halted: Halted | null): string =>
  halted
    ? 'A rollback that held lifts it, or a person.'
    : way === 'guard-files'
      ? 'A person may change them.'
      : way === 'push'
        ? 'A person may push.'
        : 'Only a person lifts this rule.'

/**
 * The words of a denial: which rule, what was found and through what, who can lift it, the next command; while halted, what not to try.
 * @returns below 500 characters, one line; what is long in it is cut, never what to do
 */
export const denialText = (reading: Reading, halted: Halted | null): string => {
  const way = reading.way ?? 'unreadable'
  const command = plain(reading.command ?? 'this command', 70)
  const through = reading.through.length > 0 ? ` (through ${plain(reading.through.join(' → '), 60)})` : ''
  const first = `safe-deploy, rule ${way}: \`${command}\`${through} was not run: `
  const last =
    halted && way !== 'guard-files'
      ? `. ${haltedSays(halted)} ${who(reading, halted)} ${WHILE_HALTED}`
      : `. ${who(reading, null)} Next: ${NEXTS[way](command)}.`
  return `${first}${plain(reading.because, Math.max(20, MOST_CHARS - first.length - last.length))}${last}`
}
