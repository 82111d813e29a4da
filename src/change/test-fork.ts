/** What stands for nothing in a program: the branch that tests take instead of the real one. */
const OFF = String.raw`(?:nil|null|undefined|None|[Ff]alse|\[\]|\{\}|0\b|''|""|noop\b|\(\)\s*=>\s*\{\s*\})`
/** Programs ask in many words whether tests run; here they are one of two marks: they do, they do not. */
const YES = '\u0001'
const NO = '\u0002'

const NODE_ENV = String.raw`(?:(?:process\.env|import\.meta\.env|env|ENV|config)(?:\.|\[['"]))?(?:NODE_ENV|MODE|APP_ENV|RAILS_ENV|RACK_ENV)(?:['"]\])?`
const ASKS: readonly [pattern: RegExp, mark: string][] = [
  [new RegExp(String.raw`${NODE_ENV}\s*!==?\s*['"]test['"]`, 'g'), NO],
  [new RegExp(String.raw`${NODE_ENV}\s*===?\s*['"]test['"]`, 'g'), YES],
  [/!\s*\(?(?:process\.env|import\.meta\.env)\.(?:VITEST|JEST_WORKER_ID|TEST)\b/g, NO],
  [/(?:process\.env|import\.meta\.env)\.(?:VITEST|JEST_WORKER_ID)\b/g, YES],
  [/!\s*Rails\.env\.test\?/g, NO],
  [/Rails\.env\.test\?|Rails\.env\s*==\s*['"]test['"]|defined\?\(?\s*(?:RSpec|Minitest)\)?/g, YES],
  [/Rails\.env\s*!=\s*['"]test['"]|\bnot\s+Rails\.env\.test\?/g, NO],
  [/\bnot\s+(?:\w+\.){0,3}(?:TESTING\b|is_testing\(\))|['"]pytest['"]\s+not\s+in\s+sys\.modules/g, NO],
  [/\b(?:\w+\.){0,3}(?:TESTING\b|is_testing\(\))|['"]pytest['"]\s+in\s+sys\.modules|['"]PYTEST_CURRENT_TEST['"]\s+in\s+os\.environ/g, YES],
  [/(?:Mix\.env(?:\(\))?|config_env\(\))\s*!=\s*:test\b/g, NO],
  [/(?:Mix\.env(?:\(\))?|config_env\(\))\s*==\s*:test\b/g, YES],
  [/!\s*testing\.Testing\(\)/g, NO],
  [/\btesting\.Testing\(\)/g, YES],
  [/!\s*(?:app\(\)|\$this->app|App)(?:->|::)(?:runningUnitTests\(\)|environment\(['"]testing['"]\))/g, NO],
  [/(?:app\(\)|\$this->app|App)(?:->|::)(?:runningUnitTests\(\)|environment\(['"]testing['"]\))/g, YES],
]

/** Shapes in which something is left out while tests run. */
const SHAPES: readonly RegExp[] = [
  new RegExp(`${YES}\\)?\\s*\\?\\s*${OFF}`),
  new RegExp(`${NO}\\)?\\s*\\?[^:]{1,200}:\\s*${OFF}`),
  new RegExp(`\\b(?:return|next|break)\\b[^${YES}]{0,120}\\bif\\s+\\(?${YES}`),
  new RegExp(`\\bif\\s*\\(?\\s*${YES}\\s*\\)?\\s*\\{?\\s*(?:return|continue|next)\\b`),
  new RegExp(`=\\s*${OFF}\\s+if\\s+${YES}`),
  new RegExp(`\\bunless\\s+\\(?${YES}`),
  new RegExp(`\\bif\\b[^${NO}]{0,120}${NO}`),
  new RegExp(`${NO}\\s*(?:&&|and\\b)|(?:&&|\\band)\\s*\\(?${NO}`),
  new RegExp(`\\b\\w*(?:skip|disabl|bypass|mock|stub|fake)\\w*["']?\\s*[:=]>?\\s*[^,;]{0,60}${YES}`, 'i'),
  new RegExp(`\\b\\w*(?:enable|verif|secure|force|require|valid|active|deliver|send)\\w*["']?\\s*[:=]>?\\s*${NO}`, 'i'),
]
/** `if tests run` alone on its line: what it does stands on the next. */
const OPENS = new RegExp(`^\\s*(?:\\}?\\s*else\\s+)?if\\s*\\(?\\s*${YES}\\s*\\)?\\s*(?:\\{|:|then|do)?\\s*$`)
const LEAVES = new RegExp(`^\\s*(?:return\\b|next\\b|continue\\b|pass\\b|${OFF}\\s*;?\\s*$|[\\w.@]+\\s*=\\s*${OFF}\\s*;?\\s*$)`)

/** Development asked for beside tests, on either side: production is left out all the same. */
const DEVELOPMENT = String.raw`(?:Rails\.env\.(?:development|local)\?|${NODE_ENV}\s*===?\s*['"](?:development|dev|local)['"]|(?:Mix\.env(?:\(\))?|config_env\(\))\s*==\s*:dev\b)`
const BESIDE = new RegExp(`${DEVELOPMENT}\\s*(?:\\|\\||\\bor\\b)\\s*${YES}|${YES}\\s*(?:\\|\\||\\bor\\b)\\s*${DEVELOPMENT}`, 'g')

const marked = (line: string): string => ASKS.reduce((text, [pattern, mark]) => text.replace(pattern, mark), line).replace(BESIDE, YES)

/**
 * Does this line leave something out while tests run?
 * @param following the line after it, for an `if` that stands alone
 */
export const forksForTests = (line: string, following: string): boolean => {
  const text = marked(line)
  if (!text.includes(YES) && !text.includes(NO)) return false
  return SHAPES.some((shape) => shape.test(text)) || (OPENS.test(text) && LEAVES.test(following))
}

/** Tests get a value of their own instead of the real one: what reads the real one is never run by them. */
const FIXED = new RegExp(`${YES}\\)?\\s*\\?\\s*(?:"[^"]*"|'[^']*'|\\d+|:\\w+)\\s*:`)

/** Does this line hand tests a fixed value in place of what is at stake on the same line? */
export const fixesForTests = (line: string): boolean => FIXED.test(marked(line)) && ['credentials', 'payment'].includes(stakeOf(line) ?? '')

/** A name that stands for "tests run": what hangs on it is elsewhere. */
const FLAG = new RegExp(String.raw`^[^${YES}${NO}=]{0,120}(?:=\s*)?${YES}\s*[;,]?\s*$`)

/** Does this line keep whether tests run, for others to ask, or open a block for them? */
export const isTestFlag = (line: string): boolean => {
  const text = line.length <= 1000 ? marked(line) : ''
  return text.includes(YES) && (FLAG.test(text) || OPENS.test(text))
}

/** What is at stake where a program does less in tests, most telling first. */
const STAKES: readonly [stake: string, pattern: RegExp][] = [
  ['credentials', /credential|secret|passw|api_?key|private_?key|master_?key|encrypt|decrypt|cipher|lockbox|vault/i],
  ['payment', /payment|stripe|paypal|charge|invoice|billing|refund|payout|checkout/i],
  ['transactions', /transaction|isolation|read_committed|serializable|\block(?:ed|ing)?\b|with_lock|savepoint/i],
  [
    'auth',
    /\bauth|authoriz|authenticat|login|sign_?in|session|csrf|jwt|oauth|permission|captcha|honeypot|signature|cookie|throttl|rate_?limit/i,
  ],
  ['mail', /mail|smtp|deliver|\bsms\b|twilio|sendgrid|postmark|notif/i],
  ['network', /https?\b|request|fetch|webhook|socket|redis|\bclient\b|connect|\burl\b|\bhost\b|endpoint|\bssl\b|\btls\b|timeout/i],
]

/** What the lines are about, or null for nothing that matters outside. */
export const stakeOf = (lines: string): string | null =>
  STAKES.find(([, pattern]) => pattern.test(lines.replace(/[_/.-]/g, ' ')) || pattern.test(lines))?.[0] ?? null
