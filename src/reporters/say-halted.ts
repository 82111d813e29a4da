import type { Event } from '../events.ts'
import type { FoldedLine, Suspect } from '../model.ts'
import { nameServing } from '../words.ts'
import { type Line, line } from './reporter.ts'

type Halted = Extract<Event, { type: 'halted' }>

/** The halt screen up to the ways out: what serves now, what failed, which change could explain it. */
export const sayHalted = (event: Halted): Line[] => [
  line(''),
  line(`HALTED   ${event.outcome}`, 'bad'),
  line('Serves now', 'strong'),
  line(`  ${event.serving ? nameServing(event.serving) : 'not known'}${commitOf(event)}`),
  line('What failed', 'strong'),
  line(`  ${event.why}`),
  ...event.tail.map(folded),
  ...(event.again ? [line(`  ${event.again}`, 'warn')] : []),
  line('What could explain it', 'strong'),
  ...explanation(event),
]

const commitOf = ({ serving }: Halted): string => (serving?.commit ? `, commit ${serving.commit.slice(0, 10)}` : '')

const folded = (one: FoldedLine): Line => line(`  │ ${one.text}${one.count > 1 ? `   (${one.count} times)` : ''}`)

const explanation = ({ suspects, moved }: Halted): Line[] => {
  if (suspects.length > 0) return suspects.slice(0, 5).map(suspect)
  const also = moved.length > 0 ? moved.map((one) => line(`  also moved: ${one}`)) : [line('  and nothing else is known to have moved')]
  return [line('  nothing in the change matches this failure'), ...also]
}

const suspect = ({ place, text, because }: Suspect): Line => {
  const where = place ? `${place.file}${place.line ? `:${place.line}` : ''}   ` : ''
  return line(`  ${where}${text}   (${because})`, 'warn')
}
