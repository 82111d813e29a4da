import { type GuardError, next, refuse } from '../errors.ts'

/** Something in a written file that cannot be used. */
export interface Problem {
  file: string
  /** From 1. */
  line: number
  /** Dotted path of the key; '' is the file. */
  path: string
  found: string
  expected: string
  /** What was probably meant, or null. */
  nearest: string | null
}

/** Problems listed in one refusal; a file of noise has more than anybody reads. */
const SHOWN = 50

const atPath = (path: string): string => (path === '' ? '' : ` at ${path.length > 80 ? `${path.slice(0, 77)}…` : path}`)

/** `file:line: found … at path, expected … (did you mean …)`. */
export const problemLine = ({ file, line, path, found, expected, nearest }: Problem): string =>
  `${file}:${line}: found ${found}${atPath(path)}, expected ${expected}${nearest ? ` (did you mean ${nearest}?)` : ''}`

/** The refusal that lists all problems of a file. */
export const configRefusal = (problems: readonly Problem[]): GuardError => {
  const file = problems[0]?.file ?? 'safe-deploy.yml'
  const rest = problems.length - SHOWN
  return refuse('CONFIG', {
    what: `${file} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}; nothing was deployed.`,
    why: [...problems.slice(0, SHOWN).map(problemLine), ...(rest > 0 ? [`… and ${rest} more`] : [])],
    who: 'whoever may edit the file; a rollback works without it',
    next: [next('see every key and what it means', ['safe-deploy', 'explain', 'config'])],
  })
}
