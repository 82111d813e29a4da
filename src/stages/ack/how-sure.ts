import type { Acknowledged } from '../../ledger/events.ts'

/** How sure it is that a person said this, in words. */
export const howSure = ({ level, signature, approval }: Pick<Acknowledged, 'level' | 'signature' | 'approval'>): string => {
  if (signature) return `signed by ${signature.principal}${signature.touched ? ', who touched a security key' : ''}`
  if (approval) return `remote: ${approval.by} approved ${approval.environment} of run ${approval.run}`
  return level === 'local' ? 'local: weak, a terminal or a policy let it pass' : level
}
