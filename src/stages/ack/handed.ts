import { next, refuse } from '../../errors.ts'
import { ACK_LIFE_MS, ACK_NAMESPACE, type AckDocument, documentText, parseDocument } from '../../ledger/ack-document.ts'
import { maskDocument } from '../../ledger/mask.ts'
import { quote } from '../../words.ts'
import type { Desk } from '../desk.ts'
import { wasUsed } from './used.ts'

const MAX_BYTES = 256 * 1024

/**
 * Writes a document down for somebody to sign elsewhere, and says how.
 * @returns exit code 0
 * @throws USAGE where another file is in its place, or it cannot be written
 */
export const handOut = async (desk: Desk, document: AckDocument, file: string): Promise<number> => {
  const there = await desk.files.readText(file, MAX_BYTES).catch(() => 'no document')
  if (there !== null && !parseDocument(there)) throw notThere(`${file} is something else, and stays as it is.`)
  await desk.files.writeCache(file, documentText(document)).catch((error: Error) => {
    throw notThere(`It could not be written: ${error.message}`)
  })
  desk.emit({
    type: 'report',
    title: `Written to ${file}: read it, and sign it until ${document.expires}`,
    lines: [
      `ssh-keygen -Y sign -n ${ACK_NAMESPACE} -f KEY ${quote(file)}`,
      `safe-deploy ack ${desk.settings.key ? `${quote(`--app=${desk.settings.key}`)} ` : ''}${quote(`--document=${file}`)} ${quote(`--signature=${file}.sig`)}`,
    ],
    data: { document, namespace: ACK_NAMESPACE },
  })
  return 0
}

const notThere = (what: string): Error =>
  refuse('USAGE', { what, next: [next('write it elsewhere', ['safe-deploy', 'ack'], ['--document'])] })

/**
 * Takes back what was written down, while it is about what stands here now.
 * @param now the same document as it would be written here
 * @throws USAGE without a document; ACK_SIGNATURE where it is about something else, used or too old
 */
export const takeBack = async (desk: Desk, path: string | null, now: AckDocument): Promise<AckDocument> => {
  const text = path === null ? null : await desk.files.readText(path, MAX_BYTES).catch(() => null)
  if (text === null) {
    throw refuse('USAGE', {
      what: path === null ? 'A signature is of a document: --document FILE names it.' : `There is no document at ${path}.`,
      next: [next('write one down', ['safe-deploy', 'ack'], ['--document'])],
    })
  }
  const document = parseDocument(text)
  if (!document) throw stale('it is no acknowledgement, or was changed since it was written')
  const other = (['ledger', 'app', 'halt', 'failed', 'commit', 'good'] as const).find((key) => document[key] !== now[key])
  if (other) throw stale(`its ${other} is ${document[other] ?? 'none'}, and here it is ${now[other] ?? 'none'}`)
  const left = Date.parse(document.expires) - desk.clock.now()
  if (!(left > 0)) throw stale(`it was to be used until ${document.expires}`)
  if (left > ACK_LIFE_MS) throw stale('it was made for longer than 15 minutes')
  if (documentText(maskDocument(document, desk.mask)) !== text)
    throw stale('it holds a secret value, and the record would not hold what was signed')
  if (await wasUsed(desk, ({ ack }) => ack === document.nonce)) throw stale('it has acknowledged once already')
  return document
}

const stale = (why: string): Error =>
  refuse('ACK_SIGNATURE', {
    what: 'What was signed does not answer what stands here.',
    why: [why],
    who: 'a person, by signing a new one',
    next: [
      next('write down a new one', ['safe-deploy', 'ack'], ['--document']),
      next('a rollback is always open', ['safe-deploy', 'rollback']),
    ],
  })
