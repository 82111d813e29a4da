import { count } from '../words.ts'
import type { Seen } from './acts.ts'

const ROWS: readonly (readonly [what: string, here: (seen: Seen) => string, then: string])[] = [
  ['deploys that reached production', ({ deploys, rollbacks }) => `${deploys}, and ${count(rollbacks, 'rollback')}`, '6 or more'],
  ['messages in the customer’s channel', ({ heard }) => String(heard), '8 or more'],
  ['refused before anything shipped', ({ refused }) => count(refused, 'time'), 'nothing refused'],
]

/** Rows of three columns, as wide as they need to be. */
export const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map(([what = '', here = '', then = '']) =>
    `${what.padEnd(widths[0] ?? 0)}   ${here.padEnd(widths[1] ?? 0)}   ${then}`.trimEnd(),
  )
}

/** What it came to, beside what the post-mortem of the incident counted. */
export const tally = (seen: Seen): string[] =>
  table([['', 'here', 'the incident'], ...ROWS.map(([what, here, then]) => [what, here(seen), then])])
