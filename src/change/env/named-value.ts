/** A value that code takes from outside by a name: an env key, or an entry of a file of credentials. */
export interface NamedValue {
  /** As one says it: the key of an environment, else the object and the path in it. Never a default, which may be a secret. */
  name: string
  at: number
  end: number
}

const KEY = `[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*`
const WORD = `[\\w-]{1,60}`
/** Spellings of the environment; group 1 is the key. */
const ENV = `(?:(?:process|Bun|import\\.meta)\\.env|ENV|(?:os\\.)?environ|\\$_ENV)(?:\\.(?:fetch|get)\\(|\\.|\\[)\\s?["'\`]?(${KEY})["'\`]?(?:[^()\\[\\]\\n]{0,80}[)\\]])?`
const CALL = `(?:[\\w$]{1,40}(?:\\.|::)){0,3}\\w{0,20}[eE]nv\\w{0,20}!?\\(\\s?["'\`:](${KEY})["'\`]?[^()\\n]{0,80}\\)`
/** An object of credentials, and what it is asked for. */
const OBJECT = `(?:Rails\\.(?:application|app)\\.|(?:app|application)\\.)?(credentials|secrets|Credentials|Secrets)`
const ENTRY = `((?:\\.(?:dig|fetch|get)!?\\([^()\\n]{1,120}\\)|\\[[:"']${WORD}["']?\\]|\\.${WORD}!?){1,5})`
const VALUES = new RegExp(`${ENV}|${CALL}|(?<![\\w.])${OBJECT}${ENTRY}`, 'g')
const NO_ENTRY = /^(?:content_path|key_path|yml|enc|config|dig|fetch|get|to_s|present|blank)$/

/** The values that a line takes by name, in their order. */
export const namedValues = (line: string): NamedValue[] =>
  line.length > 1000
    ? []
    : [...line.matchAll(VALUES)].flatMap((match) => {
        const name = match[1] ?? match[2] ?? entryOf(match[3] ?? '', match[4] ?? '')
        return name === null ? [] : [{ name, at: match.index, end: match.index + match[0].length }]
      })

/** `credentials.lockbox.master_key`; of a call only what is written like a name, up to what may be a default. */
const entryOf = (object: string, entry: string): string | null => {
  const args = entry.replace(/["'],\s*["'].*$/, '"').replace(/,\s*(?![:"'\s])[^)]*\)/g, ')')
  const path = [...args.matchAll(/[:."'[(]([A-Za-z_]\w{0,59})/g)].map(([, word]) => word!).filter((word) => !NO_ENTRY.test(word))
  return path.length === 0 ? null : `${object}.${path.join('.')}`
}

/** The line with its values cut out: what two lines have in common that take another value for the same thing. */
export const frameOf = (line: string, values: readonly NamedValue[]): string => {
  let frame = ''
  let at = 0
  for (const value of values) {
    frame += `${line.slice(at, value.at)}\0`
    at = value.end
  }
  return (frame + line.slice(at)).replace(/\s+/g, '').replace(/[,;]$/, '')
}
