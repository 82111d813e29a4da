import { GuardError, next } from '../errors.ts'

/** What stopped a command that is no deploy, told of that; deploys that a refusal offers are no way on from here. */
export const blocked = (error: GuardError, name: string): GuardError => {
  const { refusal } = error
  const wait = next('wait until it has ended', ['safe-deploy', 'status', '--wait'])
  const ways = refusal.next.flatMap((one) => {
    if (one.argv[1] !== 'deploy' && one.argv[1] !== 'plan') return [one]
    return one.argv.includes('--wait') ? [wait] : []
  })
  return new GuardError(
    {
      ...refusal,
      why: [`${name} was not run`, ...refusal.why],
      next: ways.length > 0 ? ways : [next('see how it stands', ['safe-deploy', 'status'])],
    },
    error,
  )
}
