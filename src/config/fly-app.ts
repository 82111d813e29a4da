import { parseFly, textAt } from '../change/fly-file.ts'
import { type GuardError, next, refuse } from '../errors.ts'

/** The app that a fly config names, or null where it names none. @throws CONFIG when the file cannot be parsed */
export const flyAppOf = async (path: string, text: string): Promise<string | null> => {
  const parsed = await parseFly(path, text)
  if (!parsed.ok) throw unreadable(path, parsed.why, parsed.line)
  return textAt(parsed.table, 'app')
}

const unreadable = (path: string, why: string, line: number | null): GuardError =>
  refuse('CONFIG', {
    what: `${path} cannot be read; nothing was deployed.`,
    why: [`${path}${line === null ? '' : `:${line}`}: ${why}`],
    who: 'whoever may edit the file; a rollback works without it',
    next: [next('see what fly says of it', ['fly', 'config', 'validate', '-c', path])],
  })
