import { DATABASE, PIPELINE, SETTINGS } from './app.ts'

/** One text of a file becomes another. */
export interface Edit {
  file: string
  from: string
  to: string
}

/** A commit of the story. */
export interface Commit {
  message: string
  edits: readonly Edit[]
}

const ENV_LINE = "  static env_file = '.env'\n"
const HEAD = 'export class Settings {\n'

/** The one change that was needed, and with it the one that was not. */
export const INCIDENT: Commit = {
  message: 'Fix the workflow sandbox error',
  edits: [
    { file: PIPELINE, from: 'new SandboxedWorkflowRunner()', to: 'new UnsandboxedWorkflowRunner()' },
    { file: SETTINGS, from: ENV_LINE, to: '' },
  ],
}

/** The second guess. */
export const GUESS: Commit = {
  message: 'Quote the database password',
  edits: [{ file: DATABASE, from: '.update(databasePassword)', to: '.update(JSON.stringify(databasePassword))' }],
}

/** What should have happened: the env line back, the sandbox fix kept. */
export const FIX: Commit = {
  message: 'Load the env file again, keep the sandbox fix',
  edits: [{ file: SETTINGS, from: HEAD, to: `${HEAD}${ENV_LINE}` }],
}

/**
 * A file's text after an edit.
 * @throws when the text to change is not there exactly once: the story would not be true
 */
export const edited = (text: string, { file, from, to }: Edit): string => {
  const [before, after, ...more] = text.split(from)
  if (after === undefined || more.length > 0) throw new Error(`${file} does not hold ${JSON.stringify(from)} once`)
  return `${before}${to}${after}`
}
