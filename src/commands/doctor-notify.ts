import { next } from '../errors.ts'
import { count } from '../words.ts'
import type { Finding } from './doctor.ts'

/** Outlets that can be told from here, and those that lack an env key. */
export interface NotifyLook {
  outlets: readonly { id: string }[]
  missing: readonly { id: string; keys: readonly string[] }[]
}

const TRY = next('', ['safe-deploy', 'notify', 'test'])

/** Whether everybody who is to be told of a halt can be. Nobody is told anything; where nobody is to be, there is nothing to say. */
export const notifyFindings = ({ outlets, missing }: NotifyLook): Finding[] => {
  const unset = missing.map(({ id, keys }): Finding => {
    const says = `${id} would not be told from here: ${keys.map((key) => `$${key}`).join(' and ')} ${keys.length === 1 ? 'is' : 'are'} not set`
    return { name: 'notify', result: 'warn', says }
  })
  const able: Finding = {
    name: 'notify',
    result: 'ok',
    says: `${count(outlets.length, 'outlet')} to tell of a halt, not tried here`,
    next: TRY,
  }
  return [...(outlets.length > 0 ? [able] : []), ...unset]
}
