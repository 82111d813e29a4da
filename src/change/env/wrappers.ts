import { splitCall } from './call.ts'
import { type EnvRead, KEY, type lineCounter } from './env-read.ts'
import { needOf } from './need.ts'

/** An argument written like a key, first in its call. */
const CALL = `\\(\\s*["'\`](${KEY})["'\`](?=\\s*[,)])`
const HAS_CALL = new RegExp(CALL)
/** What is called, and a type argument, before the bracket. */
const CALLEE = /((?:[A-Za-z_$][\w$]*(?:\.|::|->)){0,4}[A-Za-z_$][\w$]*[!?]?)(?:<[^<>()\n]*>)?$/
const LONGEST = 120

interface Call {
  callee: string
  key: string
  start: number
  end: number
}

const callsIn = (code: string): Call[] =>
  [...code.matchAll(new RegExp(CALL, 'g'))].flatMap((match) => {
    const before = code.slice(Math.max(0, match.index - LONGEST), match.index)
    const callee = CALLEE.exec(before)
    if (!callee || NOT_THESE.test(callee[1]!) || /[.:$\w-]$/.test(before.slice(0, callee.index))) return []
    return [{ callee: callee[1]!, key: match[1]!, start: match.index - before.length + callee.index, end: match.index + match[0].length }]
  })

/** Does a text call something with a key-like argument at all? */
export const hasCalls = (text: string): boolean => HAS_CALL.test(text)

/** Names that say they read the environment, in any spelling. */
const SAYS_SO =
  /^(?:[\w$]+(?:\.|::))*_*(?:(?:get|require|required|req|must|need|read|load|fetch|optional|assert|ensure|parse|safe|server|public)_*)*env(?:ironment)?(?:_?(?:var|variable|value|string|str|int|bool|boolean|number|num|or_?(?:throw|fail|default|raise|die|none|null|error)|required|optional|strict|get))*[!?]?$/i
/** Read by the direct spellings, or no reading at all. */
const NOT_THESE =
  /^(?:process\.env|Deno\.env\.\w+|os\.(?:getenv|environ\.\w+|Getenv|LookupEnv|Setenv|Unsetenv)|environ\.\w+|getenv|ENV\.\w+|System\.\w+!?|(?:std::)?env::\w+|env!|option_env!|vi\.stubEnv|t\.Setenv|putenv|Environment\.\w+|config|viper\.\w+)$/
const REQUIRES = /require|must|need|assert|ensure|or_?(?:throw|fail|raise|die|error)|strict|!$/i
const FILES = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|py|rb|erb|go|rs|exs?|php|java|kts?|cs)$/
/** Known keys among a callee's arguments from which on it is taken for a wrapper: at 2 names of other things pass. */
export const ENOUGH = 3

/** What is done with an environment that is not reading it. */
const DOES =
  /^(?:set|unset|put|stub|mock|delete|remove|with|without|write|use|is|on|in|for|add|export|define|override|reset|restore|clear|create|make|log|print)$/

/** Does the callee's name alone say that it reads the environment? In whole, or by one of its words: `envParseString`. */
export const saysSo = (callee: string): boolean =>
  SAYS_SO.test(callee) || hasEnvWord(callee.slice(Math.max(...['.', ':', '>'].map((end) => callee.lastIndexOf(end))) + 1))

const hasEnvWord = (name: string): boolean => {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
  return words.length > 1 && words.includes('env') && !words.some((word) => DOES.test(word) && words.indexOf(word) < words.indexOf('env'))
}

/** Callees that take several keys: `envIsDefined('A', 'B')`. */
const TAKES_MANY = /defined|exist|present|\ball|every|any|check|validat|require|assert|ensure|keys|vars/i
const NEXT_KEY = new RegExp(`,\\s*["'\`](${KEY})["'\`](?=\\s*(?:,|$))`, 'g')

/** Callees with a key-like first argument, with the keys. */
export const calleesIn = (path: string, code: string): [callee: string, key: string][] =>
  FILES.test(path) ? callsIn(code).map(({ callee, key }) => [callee, key]) : []

/** Reads through wrappers: those learned, and those whose name says so. */
export const wrapperReads = (
  path: string,
  code: string,
  lineAt: ReturnType<typeof lineCounter>,
  wrappers: ReadonlySet<string>,
): EnvRead[] => {
  if (!FILES.test(path)) return []
  const direct = /\.(?:py|php)$/.test(path)
  return callsIn(code).flatMap(({ callee, key, start, end }) => {
    if ((direct && callee === 'env') || !(wrappers.has(callee) || saysSo(callee))) return []
    const { more, after } = splitCall(code.slice(end, end + 300))
    const before = code.slice(Math.max(0, code.lastIndexOf('\n', start) + 1, start - 200), start)
    const line = lineAt(start)
    if (more !== null && TAKES_MANY.test(callee) && saysSo(callee)) {
      return [key, ...[...`,${more}`.matchAll(NEXT_KEY)].map(([, next]) => next!)].map((one) => ({
        key: one,
        line,
        need: /defined|exist|present|any/i.test(callee) ? ('optional' as const) : ('required' as const),
        fallback: null,
        build: false,
      }))
    }
    return [{ key, line, ...needOf({ need: REQUIRES.test(callee) ? 'required' : 'unsaid', before, after, more }), build: false }]
  })
}
