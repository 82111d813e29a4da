import { oneLine } from './harmless.ts'

/** Everything but letters, digits, spaces and what has no meaning in Markdown, in HTML, or for a host that links names and numbers. */
const MEANING = /[^\p{L}\p{N}\p{M} ,;?%'’“”„…•│§°€£—–→←✓✗]/gu
/** Kept from being joined to what follows, where a host would make a link: @name, #1, word://, www., a commit. */
const JOINER = '\u2060'
const LINKS: Readonly<Record<string, string>> = { '@': `@${JOINER}`, '#': `#${JOINER}` }

const reference = (text: string): string => [...text].map((one) => (one === JOINER ? one : `&#${one.codePointAt(0)};`)).join('')

/**
 * Foreign text as text on one line of Markdown: no emphasis, link, image, table cell, mention, HTML. References of characters are never markup.
 * @param most characters kept
 */
export const plainText = (text: string, most = 600): string => {
  const bare = oneLine(text.replaceAll(JOINER, ''))
  const cut = bare.length > most ? `${bare.slice(0, most)}…` : bare
  return cut
    .replace(/www\./gi, (found) => `${found.slice(0, 3)}${JOINER}.`)
    .replaceAll('://', `:${JOINER}//`)
    .replace(MEANING, (one) => (one === JOINER ? one : reference(LINKS[one] ?? one)))
}

/** Lines as they are, to be copied. The fence is longer than any in them. */
export const fenced = (lines: readonly string[]): string[] => {
  const all = lines.map(oneLine)
  const longest = Math.max(0, ...all.map((line) => Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))))
  const fence = '`'.repeat(Math.max(3, longest + 1))
  return [`${fence}text`, ...all, fence]
}
