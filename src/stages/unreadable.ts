import { type GuardError, type Next, next, refuse } from '../errors.ts'
import type { Reading } from '../targets/truth.ts'
import type { Desk } from './desk.ts'

type Unread = Extract<Reading, { ok: false }>

const DOCTOR = next('check everything the guard needs', ['safe-deploy', 'doctor'])

const waysOn = (code: Unread['code'], app: string): Next[] => {
  if (code === 'LOGGED_OUT') return [next('log in', ['fly', 'auth', 'login'])]
  if (code === 'APP_NOT_VISIBLE')
    return [
      next('see which apps this login can see', ['fly', 'apps', 'list']),
      next('or make it, if it is new', ['fly', 'apps', 'create', app]),
    ]
  return [DOCTOR]
}

/**
 * The refusal for a platform that could not be read.
 * @param what what that means for the command that asked
 */
export const platformUnreadable = (desk: Pick<Desk, 'target' | 'argv'>, { code, why }: Unread, what: string): GuardError =>
  refuse(code, {
    what,
    why: [
      why,
      ...(code === 'TOOL_MISSING' && desk.target.kind === 'fly'
        ? ['install it as https://fly.io/docs/flyctl/install says, or put its folder on PATH']
        : []),
    ],
    next: [...waysOn(code, desk.target.name), next('then try again', [...desk.argv])],
  })
