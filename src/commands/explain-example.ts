import { lineChange } from '../change/opaque.ts'
import type { Example, ExampleFile } from '../checklist/rule.ts'

/** Changed lines shown of one file. */
const MOST = 6

/** An example of a rule as lines: the change on which it speaks, or is silent. */
export const exampleLines = (word: 'speaks' | 'silent', example: Example): string[] => {
  if ('fact' in example) return [`${word}: on ${example.fact.kind} ${example.fact.subject}`]
  const subject = example.subject ? ` in "${example.subject}"` : ''
  return example.files.flatMap((file, i) => [
    `${i === 0 ? `${word}: on` : '        and'} ${nameOf(file)}${i === 0 ? subject : ''}`,
    ...changeOf(file),
  ])
}

const nameOf = (file: ExampleFile): string => {
  if (file.from) return `${file.from} renamed to ${file.path}`
  if (file.was === undefined && file.now !== undefined) return `${file.path}, new`
  return file.was !== undefined && file.now === undefined ? `${file.path}, deleted` : file.path
}

const changeOf = (file: ExampleFile): string[] => {
  const whole = file.was !== undefined || file.now !== undefined ? lineChange(file.was ?? '', file.now ?? '') : null
  const removed = whole?.removed.map(({ text }) => text) ?? file.removed ?? []
  const added = whole?.added.map(({ text }) => text) ?? file.added ?? []
  const lines = [...removed.map((text) => `          - ${text.trim()}`), ...added.map((text) => `          + ${text.trim()}`)]
  return lines.length > MOST ? [...lines.slice(0, MOST), `          … ${lines.length - MOST} more lines`] : lines
}
