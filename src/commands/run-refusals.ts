import type { Words } from '../agents/fly/flags.ts'
import { next, refuse } from '../errors.ts'
import { maskArgv } from '../redact.ts'
import type { Call } from './call.ts'

/** Stands for a value that was masked: typed again it would become the value. */
const MASKED = '•••'
/** Commands that ask before they act, and fail where nobody can answer. */
const ASKS =
  /^(?:scale count|(?:machines?|m) update|(?:volumes?|vol|v) (?:destroy|delete|rm)|apps? (?:destroy|delete|remove|rm|move)|certs (?:remove|delete)|(?:image|img) update) /
const YES = /^(?:--yes|--yes=true|--auto-confirm|-y)$/

/** Secrets are asked about by nothing, and what these commands are given passes through us. */
export const isSecrets = ({ words }: Pick<Words, 'words'>): boolean => /^secrets?$/.test(words[0] ?? '')

/** @throws USAGE for a value that was copied from our own output */
export const refuseMasked = (args: readonly string[]): void => {
  if (!args.some((word) => word.includes(MASKED))) return
  throw refuse('USAGE', {
    what: `${MASKED} stands for a value that is not shown, and would become the value. Nothing was run.`,
    why: ['type the value itself in its place, or give it to fly secrets import on stdin'],
    next: [next('its flags and examples', ['safe-deploy', 'run', '--help'])],
  })
}

/** @throws USAGE for a launch: it deploys, and reads nothing */
export const refuseLaunch = (name: string, args: readonly string[]): void => {
  if (!name.startsWith('fly launch')) return
  throw refuse('USAGE', {
    what: 'fly launch would deploy what nobody has read. Nothing was run.',
    why: ['the first deploy of a new app is a deploy as well'],
    next: [next('make the app and its fly.toml alone', ['fly', ...args, '--no-deploy']), next('then deploy it', ['safe-deploy', 'deploy'])],
  })
}

/** @throws USAGE for what would end without doing anything: it need not be recorded as a failure */
export const refuseHopeless = (read: Words, args: readonly string[], call: Pick<Call, 'interactive' | 'mask'>): void => {
  if (isMisshapen(read))
    throw refuse('USAGE', {
      what: 'fly secrets set takes NAME=VALUE pairs. Nothing was run.',
      next: [next('its form', ['fly', 'secrets', 'set', '--help'])],
    })
  if (call.interactive || !ASKS.test(`${read.words.slice(0, 2).join(' ')} `) || args.some((word) => YES.test(word))) return
  throw refuse('USAGE', {
    what: 'fly asks before it does this, and nobody can answer it here. Nothing was run.',
    why: ['it would end without doing anything, and be recorded as a failure'],
    next: [next('say yes to it', ['safe-deploy', 'run', '--', 'fly', ...maskArgv(args, call.mask), '--yes'], ['--because'])],
  })
}

const isMisshapen = ({ words: [first = '', second, ...pairs] }: Words): boolean =>
  isSecrets({ words: [first] }) && second === 'set' && (pairs.length === 0 || pairs.some((pair) => !/^[A-Za-z_]\w*=/.test(pair)))
