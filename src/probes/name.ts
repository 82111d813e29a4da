import type { ProbeSpec } from '../model.ts'

const WIDTH = 80

/** A URL without what may be a secret: credentials, query and fragment. */
const shownUrl = (url: string): string => url.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*$/s, '')

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line
}

const nameOf = (spec: ProbeSpec): string => {
  if (spec.kind === 'http') return `GET ${shownUrl(spec.url)}`
  if (spec.kind === 'command') return `${short(spec.run)}${spec.on === 'machine' ? ' (on a machine)' : ''}`
  const source = spec.http !== null ? shownUrl(spec.http) : short(spec.command ?? '')
  const what = spec.value ?? source
  return spec.below === null ? `${what} advances` : `${what} stays below ${spec.below}`
}

/** A name for each probe, unique and without query or credentials. */
export const namesOf = (specs: readonly ProbeSpec[]): string[] => {
  const seen = new Map<string, number>()
  return specs.map((spec) => {
    const name = nameOf(spec)
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  })
}
