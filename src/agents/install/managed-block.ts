import { eolOf } from './layout.ts'
import type { Judged, Left, Part } from './part.ts'
import { ownerOf, stamped } from './stamp.ts'

const BEGIN = /<!-- BEGIN safe-deploy\b[^\n]*?-->/g
const END = /<!-- END safe-deploy\b[^\n]*?-->/g
const FIRST = '<!-- BEGIN safe-deploy:@ — safe-deploy init --agents writes this and replaces it; write outside of it -->'
const LAST = '<!-- END safe-deploy -->'

/** Where the block lies in a text; null where there is none; what is wrong with it. */
const find = (text: string): { start: number; end: number } | null | string => {
  const [begins, ends] = [[...text.matchAll(BEGIN)], [...text.matchAll(END)]]
  const [begin, end] = [begins[0], ends[0]]
  if (!begin && !end) return null
  const line = (at: number | undefined) => text.slice(0, at).split('\n').length
  const second = begins[1] ?? ends[1]
  if (second) return `line ${line(second.index)}: ${second[0].includes('BEGIN') ? 'BEGIN' : 'END'} safe-deploy stands there a second time`
  if (!end) return `line ${line(begin?.index)}: BEGIN safe-deploy has no END`
  if (!begin) return `line ${line(end.index)}: END safe-deploy has no BEGIN`
  if (end.index < begin.index) return `line ${line(end.index)}: END safe-deploy stands before BEGIN`
  return { start: begin.index, end: end.index + end[0].length }
}

/** The block as it should be, with the line ends of its file. */
const blockOf = (content: string, eol: string): string => stamped(`${FIRST}\n\n${content.trim()}\n\n${LAST}`).replaceAll('\n', eol)

/** Behind what is there, with an empty line between; a text without a final newline goes on having none. */
const appended = (text: string, block: string): string => {
  const eol = eolOf(text)
  return text === '' || text.endsWith('\n') ? `${text}${eol}${block}${eol}` : `${text}${eol}${eol}${block}`
}

const judge = (content: string, text: string | null): Judged => {
  if (text === null) return { state: 'missing', text: `${blockOf(content, '\n')}\n`, kept: { created: true, pieces: [] } }
  const found = find(text)
  if (typeof found === 'string') return { state: 'damaged', why: found }
  const block = blockOf(content, eolOf(text))
  const kept = { created: false, pieces: [] }
  if (found === null) return { state: 'missing', text: appended(text, block), kept }
  const old = text.slice(found.start, found.end)
  if (old === block) return { state: 'current' }
  const note = ownerOf(old) === 'ours' ? {} : { note: 'the block was changed by hand' }
  return { state: 'outdated', text: text.slice(0, found.start) + block + text.slice(found.end), kept, ...note }
}

/** What `appended` put round the block goes with it, as far as it is still there. */
const remove = (text: string, created: boolean): Left => {
  const found = find(text)
  if (typeof found === 'string') return { damaged: found }
  if (found === null) return { text: undefined }
  const [before, behind] = [text.slice(0, found.start), text.slice(found.end)]
  const tail = behind.replace(/^\r?\n/, '')
  if (before === '' && tail === '' && created) return { text: null }
  // Nothing behind it, not even a line end: the text before had none either.
  const gap = behind === '' ? /(?:\r?\n){1,2}$/ : /(?:^|(?<=\n))\r?\n$/
  return { text: before.replace(gap, '') + tail }
}

/**
 * A block of ours in a Markdown file of the user's, between two comments that no reader sees. Only what stands between them is ever replaced.
 * @param content holds no marker
 */
export const blockPart = (path: string, content: string): Part => ({
  path,
  judge: (text, kept) => {
    const judged = judge(content, text)
    return judged.state === 'outdated' && kept ? { ...judged, kept } : judged
  },
  remove: (text, kept) => remove(text, kept?.created ?? true),
})
