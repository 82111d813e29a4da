import type { Change, FileChange, Major } from '../model.ts'
import { count } from '../words.ts'
import { type Line, line } from './reporter.ts'

const FEW = 5
const MANY = 40
const SHOWN_LINES = 80

const weight = (file: FileChange): number => file.added.length + file.removed.length + (file.more?.added ?? 0) + (file.more?.removed ?? 0)

/** Written by people first, then by how much changed. */
const byWeight = (files: readonly FileChange[]): FileChange[] =>
  [...files].sort((a, b) => Number(a.generated) - Number(b.generated) || weight(b) - weight(a) || (a.path < b.path ? -1 : 1))

const plusMinus = (file: FileChange): string =>
  file.opaque ? 'binary' : `+${file.added.length + (file.more?.added ?? 0)} −${file.removed.length + (file.more?.removed ?? 0)}`

const named = (file: FileChange): string => {
  const word = { A: 'new', D: 'deleted', R: `from ${file.from}`, T: 'type changed', M: '' }[file.status]
  return `${file.path} ${plusMinus(file)}${word ? ` (${word})` : ''}`
}

/** How large the step is: `212 commits, 43 days, 16 majors`. */
const stepOf = ({ change, majors }: Told): string => {
  const crossed = majors.filter(({ copy }) => copy === 'cross').length
  return [
    count(change.gap?.commits ?? change.commits.length, 'commit'),
    ...(change.gap && change.gap.days > 0 ? [count(change.gap.days, 'day')] : []),
    ...(crossed > 0 ? [count(crossed, 'major')] : []),
  ].join(', ')
}

interface Told {
  change: Change
  base: string
  majors: readonly Major[]
}

/**
 * The change since the base, heaviest files first.
 * @param whole a list with the changed lines, for whoever came to read; else one line
 */
export const sayChange = (told: Told, whole: boolean): Line[] => {
  const { change, base } = told
  if (change.base === null) return []
  if (change.files.length === 0) return whole && !change.unseen ? [line(`  nothing changed since ${base}`)] : []
  const files = byWeight(change.files)
  if (!whole) {
    const rest = files.length - FEW
    return [line(`         ${[...files.slice(0, FEW).map(named), ...(rest > 0 ? [`${rest} more`] : [])].join(' · ')}`)]
  }
  const rest = files.length - MANY
  return [
    line(`  ${count(files.length, 'file')}, +${change.added} −${change.removed}, ${stepOf(told)} since ${base}`),
    ...(change.unseen ? [line(`  not seen: ${change.unseen}`, 'warn')] : []),
    ...files.slice(0, MANY).map((file) => line(`  ${file.status}  ${named(file)}`)),
    ...(rest > 0 ? [line(`  … and ${count(rest, 'more file').replace('files', 'files')}`)] : []),
    ...changedLines(files),
  ]
}

/** The changed lines themselves, while they are few enough to be read. */
const changedLines = (files: readonly FileChange[]): Line[] => {
  const own = files.filter((file) => !file.generated && !file.opaque)
  if (own.reduce((sum, file) => sum + weight(file), 0) > SHOWN_LINES) return []
  return own.flatMap((file) => [
    line(''),
    line(`  ${file.path}`, 'strong'),
    ...file.removed.map((one) => line(`  ${String(one.n).padStart(5)} - ${one.text}`, 'bad')),
    ...file.added.map((one) => line(`  ${String(one.n).padStart(5)} + ${one.text}`, 'good')),
  ])
}
