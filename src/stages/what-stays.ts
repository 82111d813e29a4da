import type { Tip } from '../ledger/ledger.ts'
import type { Desk } from './desk.ts'
import type { Going } from './going.ts'
import type { Verified } from './verify.ts'

const MIGRATIONS = /(?:^|\/)(?:migrations?|migrate|alembic)\//i

/** What a rollback cannot take back, said at once. */
export const tellWhatStays = (desk: Desk, { tip, chosen, truth }: Going, found: Verified, after: Tip | null): void => {
  const secrets =
    found.truth && chosen.good
      ? changed(chosen.good.secrets, { ...desk.target.secretsOf(truth), ...desk.target.secretsOf(found.truth) })
      : []
  const paths = Object.keys(tip.core?.halt?.candidate?.left ?? {}).filter((path) => MIGRATIONS.test(path))
  const volumes = truth.kind === 'fly' ? [...new Set(truth.machines.flatMap((machine) => machine.mounts))] : []
  const stays = [
    ...(secrets.length > 0 ? [`secrets that changed since: ${secrets.join(', ')}`] : []),
    ...(paths.length > 0 ? [`migrations between: ${paths.slice(0, 5).join(', ')}`] : []),
    ...(volumes.length > 0 ? [`volumes: ${volumes.join(', ')}`] : []),
  ]
  for (const text of stays) desk.emit({ type: 'said', stage: null, tone: 'warn', text: `not reverted: ${text}` })
  if ((after?.state?.failed.length ?? 0) === 0) return
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'plain',
    text: 'The failed change stays remembered: shipping it again takes safe-deploy ack.',
  })
}

const changed = (then: Record<string, string>, now: Record<string, string>): string[] =>
  Object.keys(now).length === 0
    ? []
    : [...new Set([...Object.keys(then), ...Object.keys(now)])].filter((name) => then[name] !== now[name]).sort()
