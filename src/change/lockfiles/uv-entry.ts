import { type Table, tableAt, textAt } from '../fly-file.ts'
import type { Wish } from './copies.ts'
import { pyName } from './pep508.ts'

/** An entry names version and source where there are several copies. */
export const uvWish = (entry: Table): Wish | [] => {
  const name = textAt(entry, 'name')
  return name === null ? [] : { name: pyName(name), constraint: null, id: textAt(entry, 'version') === null ? undefined : uvId(entry) }
}

/** One version may come from two places. */
export const uvId = (table: Table): string => {
  const source = tableAt(table, 'source')
  const place = Object.keys(source).find((key) => typeof source[key] === 'string')
  const from = place && !(place === 'registry' && source[place] === PYPI) ? ` (${place} ${source[place]})` : ''
  return `${pyName(textAt(table, 'name') ?? '')}@${textAt(table, 'version') ?? ''}${from}`
}

const PYPI = 'https://pypi.org/simple'
