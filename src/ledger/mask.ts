import type { Mask } from '../redact.ts'
import { type AckDocument, documentText, parseDocument } from './ack-document.ts'
import type { DurableEvent } from './events.ts'

/**
 * Fields that the fold, a rollback or an observer reads by value, each with the only shape that passes unmasked. An env value may well be equal to an
 * app's name or lie within a date; were those masked, the ledger could not be read again. Anything of another shape is masked like free text.
 */
const HEX = /^(?:sha256:)?[0-9a-f]{7,64}$/
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z$/
const WORD = /^[a-z]{1,16}(?:[-.][a-z]{1,16}){0,3}$/
const IMAGE = /^[a-z0-9.-]+(?::\d{1,5})?(?:\/[a-z0-9][a-z0-9._-]*){1,4}(?::deployment-[0-9A-Z]{26})?(?:@sha256:[0-9a-f]{64})?$/
const NAME = /^[a-z0-9][a-z0-9._%-]{0,62}$/

const of = (shape: RegExp, ...fields: string[]): Record<string, RegExp> => Object.fromEntries(fields.map((field) => [field, shape]))

const SHAPES: Readonly<Record<string, RegExp>> = {
  ...of(HEX, 'id', 'attempt', 'ack', 'halt', 'failed', 'good', 'ledger', 'tip', 'plan', 'clone', 'signature', 'nonce'),
  ...of(HEX, 'commit', 'tree', 'oid', 'shape', 'digest', 'config', 'machineConfig'),
  ...of(DATE, 'at', 'since', 'until', 'issued', 'expires'),
  ...of(WORD, 'type', 'kind', 'outcome', 'via', 'level', 'severity', 'stage', 'rule', 'state', 'status'),
  ...of(IMAGE, 'image'),
  ...of(NAME, 'app'),
}

/** Maps from names that people chose: their keys are text too. */
const MAPS = new Set(['left', 'secrets', 'labels'])

/** Masks every text of an event; what the ledger itself works with passes where it has the shape it must have. */
export const maskEvent = (event: DurableEvent, mask: Mask): DurableEvent => maskValue(event, '', mask) as DurableEvent

/** An acknowledgement as the record will hold it. It is masked before it is signed: what is masked afterwards is not what was signed. */
export const maskDocument = (document: AckDocument, mask: Mask): AckDocument => maskValue(document, '', mask) as AckDocument

const maskSigned = (text: string, mask: Mask): string => {
  const document = parseDocument(text)
  return document ? documentText(maskDocument(document, mask)) : mask(text)
}

const maskValue = (value: unknown, field: string, mask: Mask): unknown => {
  if (field === 'document' && typeof value === 'string') return maskSigned(value, mask)
  if (typeof value === 'string') return SHAPES[field]?.test(value) ? value : mask(value)
  if (Array.isArray(value)) return value.map((item) => maskValue(item, field, mask))
  if (typeof value !== 'object' || value === null) return value
  const names = MAPS.has(field)
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => (names ? [mask(key), maskOid(item, mask)] : [key, maskValue(item, key, mask)])),
  )
}

/** A blob id, a platform's digest of a secret, a label. */
const maskOid = (value: unknown, mask: Mask): unknown => (typeof value === 'string' && !HEX.test(value) ? mask(value) : value)
