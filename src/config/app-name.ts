import { type GuardError, next, refuse } from '../errors.ts'
import { readFlyArgs } from '../targets/fly/args.ts'
import type { Sighted } from './sight.ts'

/** A name for the app, and where it came from. */
interface Claim {
  name: string
  from: string
}

export interface ClaimInput {
  flag: string | null
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
}

const IN_ENV = 'FLY_APP in the environment'

const claim = (name: string | null | undefined, from: string): Claim[] => (name ? [{ name, from }] : [])

/** Everybody who says which app this is. Fly itself would take -a, then FLY_APP, then the config, silently. */
const claimsOf = (seen: Sighted, { flag, argv, env }: ClaimInput): Claim[] => [
  ...(flag === seen.key ? [] : claim(flag, '--app')),
  ...claim(readFlyArgs(argv).app, '-a after --'),
  ...claim(readFlyArgs(seen.written.target?.fly?.args ?? []).app, '-a in target.fly.args'),
  ...claim(env.FLY_APP, IN_ENV),
  ...claim(seen.app, seen.path ?? 'the config'),
]

const disagree = (a: Claim, b: Claim): GuardError =>
  refuse('APP_DISAGREES', {
    what: `It is not clear which app is meant: ${a.name} (${a.from}) or ${b.name} (${b.from}). Nothing was deployed.`,
    why: ['Deploying one app’s files onto another replaces what it serves.'],
    who: 'whoever runs the command: take one of the two away',
    next: [
      [a, b].some(({ from }) => from === IN_ENV)
        ? next('go without the one in the environment', ['env', '-u', 'FLY_APP', 'safe-deploy', 'status'])
        : next('go by the config alone', ['safe-deploy', 'status']),
    ],
  })

const nameless = (path: string): GuardError =>
  refuse('CONFIG', {
    what: `${path} names no app; nothing was deployed.`,
    why: [`${path}:1: found no app, expected app = "…"`],
    next: [next('see which apps there are', ['fly', 'apps', 'list']), next('name the app once', ['safe-deploy', 'status'], ['--app'])],
  })

/**
 * The name of a fly app, on which all that name one must agree.
 * FLY_APP names nothing by itself: it is only heard when it contradicts.
 * @throws APP_DISAGREES with both names and where each came from; CONFIG when nobody names one
 */
export const agreedApp = (seen: Sighted, input: ClaimInput): string => {
  const claims = claimsOf(seen, input)
  const [first] = claims
  const other = claims.find(({ name }) => name !== first?.name)
  if (first && other) throw disagree(first, other)
  const named = claims.find(({ from }) => from !== IN_ENV)
  if (!named) throw nameless(seen.path ?? 'fly.toml')
  return named.name
}
