import type { Emit, Event } from '../events.ts'
import type { Mask } from '../redact.ts'

/** Shorter texts hold no secret that is masked: modes, letters, single words. */
const SHORTEST = 6

const maskAll = (value: unknown, mask: Mask): unknown => {
  if (typeof value === 'string') return value.length < SHORTEST ? value : mask(value)
  if (Array.isArray(value)) return value.map((item) => maskAll(item, mask))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskAll(item, mask)]))
}

/** Adds all texts of a value. */
const takeTexts = (value: unknown, texts: string[]): string[] => {
  if (typeof value === 'string') {
    if (value.length >= SHORTEST) texts.push(value)
  } else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) takeTexts(one, texts)
  return texts
}

/** Most events hold nothing to hide, which one look at all their texts together tells: what a mask finds in one of them it finds there too. */
const holdsSecret = (event: Event, mask: Mask): boolean => {
  const all = takeTexts(event, []).join('\n')
  return mask(all) !== all
}

/** Lets events through with every text masked. Child output was masked as it streamed, and passes as it is. */
export const masked = (emit: Emit, mask: Mask): Emit => {
  return (event) => emit(event.type === 'output' || !holdsSecret(event, mask) ? event : (maskAll(event, mask) as Event))
}
