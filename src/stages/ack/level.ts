import type { Settings } from '../../config/settings.ts'
import { type Next, next, refuse } from '../../errors.ts'
import type { Acknowledged } from '../../ledger/events.ts'
import type { State } from '../../ledger/state.ts'
import type { Desk } from '../desk.ts'
import { approvalHere } from './approved.ts'
import { sign, verifySignature } from './signed.ts'
import { allowedSigners } from './signers.ts'

type Level = Acknowledged['level']

/** How somebody acknowledges; files by absolute paths. */
export interface Means {
  /** The key to sign with. */
  sign: string | null
  /** Where the document to sign is written to, or taken back from. */
  document: string | null
  /** The signature of that document. */
  signature: string | null
  /** Clears the screen for what ssh-keygen asks; null where nobody can be asked. */
  makeRoom: (() => Promise<void>) | null
}

/**
 * The level that an acknowledgement will have. Policy names the one it takes: a signature is no approval by a second person, and an approval no signature.
 * @param light a halt after which nothing was made and nothing touched: any level does
 * @throws ACK_LEVEL
 */
export const levelOf = (policy: Level, light: boolean, { sign: key, document, signature }: Means): Level => {
  // Given and empty is given: what comes with a signature is never taken for less, or nobody would look at the signature.
  const signs = [key, document, signature].some((means) => means !== null)
  const level = signs ? 'signed' : policy === 'remote' && !light ? 'remote' : 'local'
  if (policy === 'local' || policy === level || light) return level
  throw refuse('ACK_LEVEL', {
    what: `Policy asks for an acknowledgement of level ${policy}; this one would be ${level}.`,
    why: ['acknowledge.level in safe-deploy.yml, as the known good has it'],
    who: policy === 'signed' ? 'a person whose key is among the allowed signers' : 'a reviewer, on the host',
    next: [...WAYS[policy], next('a rollback is always open', ['safe-deploy', 'rollback'])],
  })
}

const WAYS: Readonly<Record<Level, readonly Next[]>> = {
  local: [],
  signed: [
    next('sign it here', ['safe-deploy', 'ack'], ['--sign']),
    next('write it down for somebody to sign elsewhere', ['safe-deploy', 'ack'], ['--document']),
  ],
  remote: [],
}

/** What shows that the level is reached, as the record keeps it. @throws ACK_SIGNATURE, ACK_NOT_APPROVED */
export const prove = async (
  desk: Desk,
  { state, judged, level, text, means }: { state: State; judged: Settings; level: Level; text: string; means: Means },
): Promise<Pick<Acknowledged, 'signature' | 'approval'>> => {
  const policy = judged.acknowledge
  if (level === 'remote') return { approval: await approvalHere(desk, state, policy.approval) }
  if (level === 'local') return {}
  const signers = await allowedSigners(desk, state, policy.signers)
  const armored =
    means.signature === null ? await sign(desk, text, means.sign ?? '', means.makeRoom) : await signatureIn(desk, means.signature)
  return { signature: await verifySignature(desk, { text, armored, signers, policy }) }
}

const signatureIn = async (desk: Desk, path: string): Promise<string> => {
  const text = await desk.files.readText(path, MAX_SIGNATURE).catch(() => null)
  if (text !== null) return text
  throw refuse('USAGE', {
    what: `There is no signature at ${path}.`,
    next: [next('ssh-keygen -Y sign writes it beside the document', ['safe-deploy', 'ack'], ['--document', '--signature'])],
  })
}

const MAX_SIGNATURE = 64 * 1024
