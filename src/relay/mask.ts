/** Raised whenever the same text may get another mask: a journal tells old kinds from new by it. */
export const MASK_VERSION = 2

/** Characters of a message that tell its kind; what follows is more of the same. */
const LONGEST = 4_096
/** Of a longer text the first lines say what it is, and the last ones of a trace what went wrong. */
const FIRST = 8
const LAST = 4

const WEEKDAY = '(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?'
const MONTH =
  '(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)'
const OF_DAY = '\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?(?: ?[AaPp][Mm](?!\\w))?'
const ZONE = '(?: ?(?:Z|UTC|GMT|[+-]\\d{2}:?\\d{2})(?: UTC)?(?!\\w))?'
/** What may stand before a month's name, and behind the day. */
const NAMED = `(?:${WEEKDAY},? (?:the )?)?(?:${MONTH}\\.? {1,2}\\d{1,2}(?:st|nd|rd|th)?|\\d{1,2}(?:st|nd|rd|th)? ${MONTH}\\.?)(?!\\w)`

/** Domains in which the name of an address says whose it is, and not only who connects it. */
const INSIDE = '\\.(?:internal|local|lan|corp|home|intranet|svc|flycast)'

/**
 * What may differ from one message to the next of the same problem, first that fits. Every repetition is bounded and no two neighbours can share a
 * character, so that time follows the length of the text. First of all plain words, many at a time: most of a text is made of them.
 */
const CLASSES: Readonly<Record<string, string>> = {
  plain: `(?<!\\w)(?:(?!${WEEKDAY}\\b|${MONTH}\\b)[A-Za-z]{1,40}[ ,;]{1,3}){1,40}`,
  mention: '<[@#!][^>\\s]{1,80}>',
  url: '\\b[a-z][a-z0-9+]{1,15}:\\/\\/[^\\s<>"\'|)\\]]{1,2000}',
  email: '(?<![\\w.+%-])[\\w.+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,6}',
  uuid: '(?<![A-Za-z0-9])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![A-Za-z0-9])',
  trace: '(?<!\\w)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?!\\w)',
  date: `(?<![\\w-])${NAMED}(?:,? \\d{4}(?![\\w:.]))?(?:,? (?:at )?${OF_DAY}${ZONE})?(?: (?:[A-Z]{3,4} )?20\\d{2}(?![\\w:.]))?`,
  under: '<\\d{1,6} ?(?:m?s|secs?|seconds?|mins?|minutes?)(?!\\w)',
  isoDate: `(?<!\\d)\\d{4}[-/]\\d{2}[-/]\\d{2}(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?)?(?: ?(?:Z|UTC|[+-]\\d{2}:?\\d{2}(?: UTC)?))?`,
  stamp: '(?<!\\d)20\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])(?:T?\\d{6}Z?)?(?!\\d)',
  time: '(?<![\\w:.])\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?(?![\\d:])',
  ip: '(?<![\\w.])\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\w.])|(?<![\\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4})(?![\\w:])',
  rdns: `(?<![\\w.-])[A-Za-z-]{0,40}\\d{1,3}(?:[-.]\\d{1,3}){3}[A-Za-z-]{0,20}(?:\\.[A-Za-z][A-Za-z0-9-]{1,62}){2,8}(?<!${INSIDE})(?![\\w.-])`,
  pod: '(?<=[a-z0-9]-)[0-9a-f]{8,10}-[a-z0-9]{5}(?![\\w-])',
  hex: '0x[0-9a-fA-F]{1,32}(?!\\w)|(?<![A-Za-z0-9])(?:[0-9a-f]{7,128}|[0-9A-F]{8,128})(?![A-Za-z0-9])',
  id: '(?<![A-Za-z0-9])[A-Za-z]{2,8}[_-][A-Za-z0-9]{5,64}(?![A-Za-z0-9])|(?<![A-Za-z0-9])[A-Za-z0-9]{16,128}(?![A-Za-z0-9])',
  assigned: '(?<==)(?:"[^"\\n]{0,400}"|\'[^\'\\n]{0,400}\')',
  span: '(?<![\\w.])\\d{1,6}[hdm]\\d{1,4}[ms](?:\\d{1,4}s)?(?!\\w)',
  number: '(?<![A-Za-z0-9]|\\d\\.)-?\\d{1,40}(?:,\\d{3}){0,6}(?:\\.\\d{1,18}){0,3}',
}
const TOKEN = new RegExp(
  Object.values(CLASSES)
    .map((source) => `(${source})`)
    .join('|'),
  'g',
)

/** Numbers behind these words say what the problem is, and so do ports. */
const TELLS =
  /(?:\bHTTP(?:\/\d(?:\.\d)?)?|\bstatus(?:[ _-]?code)?|\bcode|\bexit(?:ed)?(?: with)?(?: code| status)?|\berrno|\bSQLSTATE|\bport|\bsignal|\berror)[\s:=(["'#_-]{0,3}$/i
/** As in ORA-00942. */
const CODED = /(?<![A-Za-z])[A-Z]{2,8}-$/
/** Behind these a number is a name. */
const NAMES =
  /(?:id|job|run|process|order|request|issue|ticket|transaction|user|customer|\bcore\.|#)[\s:=(["'#]{0,3}$|\b(?:task|child|thread|worker|session|connection|client|message|batch|build|attempt|invoice|payment|tenant|account|block|record|revision)[\s=(["'#]{1,3}$/i
const UNIT = /^(?: ?(?:[mµun]?s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|[kKMGT]?i?B|bytes|rows)(?![A-Za-z])| ?%)/

/**
 * The mask of a text: what stays the same from message to message of one problem. Equal masks are one kind. It rather keeps two of one kind apart
 * than takes two problems for one: that would hide the second.
 */
export const maskText = (text: string): string => {
  const told = telling(text.slice(0, LONGEST))
  return told
    .replace(TOKEN, (token: string, ...rest: (string | number | undefined)[]) => maskOf(rest)(token, told, rest.at(-2) as number))
    .replace(SAID_AGAIN, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** `3637 bytes (3.55 KB)` is one size, and a smaller one has no second form. */
const SAID_AGAIN = / \(<n> ?[kKMGT]i?B\)/g

const telling = (text: string): string => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return (lines.length > FIRST + LAST ? [...lines.slice(0, FIRST), '…', ...lines.slice(-LAST)] : lines).join('\n')
}

type Mask = (token: string, text: string, at: number) => string

const hasBoth = (token: string): boolean => /\d/.test(token) && /[A-Za-z]/.test(token)

/** Drawn by lot, not chosen by anybody: digits and letters, in both cases or with several digits. */
const isDrawn = (word: string): boolean =>
  hasBoth(word) && ((/[a-z]/.test(word) && /[A-Z]/.test(word)) || (word.length >= 8 && (word.match(/\d/g)?.length ?? 0) >= 3))

const url: Mask = (token) => {
  const [address = ''] = token.split(/[?#]/)
  const [head = '', ...path] = address.split(/(?<!\/)\/(?!\/)/)
  return [head, ...path.slice(0, 20).map((part) => (/\d/.test(part) && !/^v\d{1,2}$/.test(part) ? '<id>' : part))].join('/')
}

/** What a program calls its errors by, in hexadecimal or with leading zeros; an address is longer or stands elsewhere. */
const isCode = (token: string, text: string, at: number): boolean => token.length <= 10 && TELLS.test(text.slice(Math.max(0, at - 32), at))

/** All digits are a number, unless it begins with nothing; and a word of letters from a to f is a word. */
const hex: Mask = (token, text, at) => {
  if (/^(?!0)\d+$/.test(token)) return number(token, text, at)
  return /\d/.test(token) && !isCode(token, text, at) ? '<hex>' : token
}

const id: Mask = (token, text, at) => {
  const cut = /^[A-Za-z]{2,8}[_-]/.exec(token)?.[0] ?? ''
  const own = token.slice(cut.length)
  if (/^\d+$/.test(own)) return cut + number(own, text, at + cut.length)
  return isDrawn(own) ? `${cut}<id>` : token
}

const number: Mask = (token, text, at) => {
  const before = text.slice(Math.max(0, at - 32), at)
  if (!isEphemeral(token) && (TELLS.test(before) || CODED.test(before))) return token
  if (NAMES.test(before) || UNIT.test(text.slice(at + token.length, at + token.length + 12))) return '<n>'
  if (/\S:$/.test(before) && !FIELD.test(before) && /^\d{2,5}$/.test(token)) return isEphemeral(token) ? '<port>' : token
  return /\./.test(token) ? '<n>' : SIZES[Math.min(2, Math.floor((token.replace(/\D/g, '').length - 1) / 3))]!
}

/** A name as programs give to what they count: no host is called so. */
const FIELD = /[a-z][A-Z][A-Za-z]{0,30}:$/

/** A port that a system gives to a connection as it opens: `net.ipv4.ip_local_port_range` begins at 32768. */
const isEphemeral = (token: string): boolean => /^\d{5}$/.test(token) && Number(token) >= 32_768

/** A backlog of ten is another matter than one of a hundred thousand. */
const SIZES = ['<n>', '<n,000>', '<n,000,000>'] as const

const SPECIAL: Readonly<Record<string, Mask>> = {
  plain: (token) => token,
  url,
  hex,
  id,
  number,
  under: () => '<time>',
  isoDate: () => '<date>',
  rdns: () => '<ip>',
}

/** In the order of the groups of TOKEN. */
const MASKS = Object.keys(CLASSES).map((name): Mask => SPECIAL[name] ?? (() => `<${name}>`))

/** The mask of the group that fits. */
const maskOf = (groups: readonly unknown[]): Mask => MASKS[groups.findIndex((group) => group !== undefined)]!
