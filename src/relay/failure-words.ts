/** Characters of a text that are looked at. */
const LONGEST = 8_192

/** What says that something is over, or well. Such a text is never held: who waits for it would wait in vain. */
const OVER = [
  '^[^\\p{L}\\p{N}]{0,20}(?::[a-z_]{1,40}:[^\\p{L}\\p{N}]{0,10}){0,3}(?:resolved|recovered|recovery|fixed|ok|okay|all clear|success(?! rate)|succeeded|passed|up)\\b',
  '\\[(?:resolved|recovered|recovery|ok|fixed|closed|up)(?::\\d{1,6})?\\]',
  '\\b(?:is|are|was|were|has|have|been|now|again|status:?|state:?) (?:now )?(?:been )?(?:resolved|recovered|fixed|ok|okay|healthy|online|up(?! ?(?:to|by|from|\\d)))\\b',
  '\\b(?:back|is now|are now) (?:up|online|to normal|in service|healthy)\\b',
  '\\b(?:up|online|healthy|normal|working|available|reachable) again\\b',
  '\\b(?:incident|alert|issue|problem|outage|error) (?:resolved|closed|recovered|over|fixed)\\b',
  '\\bno longer (?:firing|failing|down|degraded|unhealthy|broken)\\b|\\brecovered\\b|-> ?ok\\b|\\bto ok\\b',
].join('|')

/** What only looks so: `could not be resolved`, `has not recovered`, `is not up`, `cannot be fixed`. */
const NOT_OVER =
  "\\b(?:not|never|cannot|can't|isn't|aren't|wasn't|hasn't|haven't|couldn't|n't|failed to|unable to|be|yet to)(?: be| been| yet)? "

const RECOVERED = new RegExp(`(?<!${NOT_OVER})(?:${OVER})`, 'imu')

/** A program that recovers from a panic has had one. */
const PANIC = /\bpanic/i

/** Numbers and words that say that nothing failed: `0 errors`, `no failures`, `failed: 0`, `error rate 0.0 %`. */
const NONE = [
  '\\b(?:no|zero|without(?: any)?|(?<![\\d.,]|\\b(?:job|task|shard|worker|node|run|step|attempt|partition|process|replica|instance|server|disk|gpu|rank|thread) )0)(?: \\w{1,20})? (?:errors?|failures?|failed|failing|exceptions?|timeouts?|crash(?:es)?|rejected|denied|retries)\\b',
  '\\b(?:errors?|failures?|failed|failing|exceptions?|timeouts?|crashes|rejected|denied|(?:error|failure) rate)(?: ?[:=]? ?| is | of )0(?:\\.0{1,6})?(?: ?%)?(?![\\w.,]?\\d)',
  '\\b(?:error|failure)[- ](?:free|budget|log|logs|page|handling|tracking)\\b',
].join('|')

const BAD = [
  // Names of exceptions end so, and so do the plain words.
  '(?:error|exception|failure|fault|denied)s?\\b',
  '\\b(?:err|errno|sqlstate|ora|eacces|eai_[a-z]{1,20}|econn[a-z]{1,20}|etimedout|enotfound|enospc|enoent|epipe)\\b',
  '\\bfail(?:s|ed|ing)?\\b|\\bcrash(?:ed|es|ing|loop[a-z]{0,10})?\\b|\\btraceback\\b|\\bstack ?trace\\b|\\babort(?:ed|ing)?\\b',
  '\\btime(?:d)?[- ]?outs?\\b|\\bdeadline exceeded\\b|\\bhung\\b|\\bunresponsive\\b|\\bdeadlock\\b|\\bstalled\\b|\\bstuck\\b',
  '\\b(?:refused|rejected (?:by|with|because)|reset by peer|broken pipe|unreachable|unavailable|unauthori[sz]ed|forbidden|unhealthy|gone away|disconnected)\\b',
  '\\b(?:fatal|critical|crit|emerg(?:ency)?|severe|panic(?:ked)?|segfault|segmentation|sigsegv|sigkill|sigabrt|core dumped|corrupt(?:ed|ion)?)\\b',
  '\\bfiring\\b|\\bthrottl(?:ed|ing)\\b|\\brate[- ]limit(?:ed)?\\b|\\btoo many\\b|\\bover quota\\b|backoff\\b|\\bback-off\\b',
  '\\bexceed(?:s|ed|ing)? (?:the |its |your )?(?:limit|quota|threshold|memory|max|rate|time|deadline|size)|\\b(?:limit|quota|threshold|retries) exceeded\\b',
  '\\boom(?:[- ]?kill(?:ed|er)?)?\\b|\\bout ?of ?memory\\b|\\bno space left\\b|\\b(?:disk|volume|storage)\\b.{0,60} full\\b|\\bkilled\\b|\\bevicted\\b',
  "\\b(?:cannot|can not|can't|could not|couldn't|unable to|not allowed|not permitted|(?:did|does)(?: not|n't) (?:run|start|respond|answer|finish|complete|connect|load))\\b|\\bmismatch\\b",
  "\\b(?:not found|no such|does not exist|doesn't exist|is not set|undefined|unknown (?:host|column|table|user|command)|no route)\\b",
  '\\b(?:violat(?:es|ed|ion)|invalid|illegal|malformed|duplicate key|unhandled|uncaught|read[- ]?only)\\b',
  '\\bmissing (?:required|env|key|column|module|argument|secret|variable|file|table|parameter|header)|\\bunexpected (?:end|token|eof|response|status|character|keyword|type|reply|exit)',
  '\\b(?:certificate|token|session|credentials?|licen[sc]e|lease|key|password)\\b.{0,40} (?:has )?expired\\b|\\bexpired (?:certificate|token|session|credentials?|licen[sc]e|key|password)\\b',
  '\\b(?:http|status|code|returned|returns|got|response|answered)(?:/\\d(?:\\.\\d)?)?(?: code| status)?[\\s:=(\'"]{0,3}[45]\\d\\d\\b',
  '(?<![\\w.,])[45]\\d\\d (?:bad|internal|service|gateway|unauthorized|forbidden|not|too|method|conflict|gone|unprocessable|client|server)\\b',
  '\\b(?:exit(?:ed)?|terminated)(?: with)?(?: code| status| signal)?[\\s:=(]{0,3}-?[1-9]\\d{0,4}\\b|\\bnon-?zero\\b|\\bsignal [1-9]\\d?\\b',
  '\\b(?:is|are|was|went|goes|gone|going|host|service|server|site|api|app|database|db|node|instance|endpoint|monitor|website|currently)[:\\s]{1,2}down\\b(?! ?(?:by|from|to|for|\\d|[-+(]|in\\b))',
  '(?:^|[\\[:|=-] ?)down\\b(?! ?(?:by|from|to|\\d|[-+(]))',
  '\\bregressed\\b|\\brestart(?:s|ed|ing)?\\b.{0,20}\\btimes\\b|\\bdegraded\\b|\\boutage\\b|\\bsev[ -]?[01234]\\b',
].join('|')

/** First what says that nothing is wrong, so that its words are not taken for a failure. */
const WORDS = new RegExp(`${NONE}|(?<bad>${BAD})`, 'gim')

/** Does a text read like a failure, and not like the end of one? A plain report does neither. Time follows the length of the text. */
export const readsLikeFailure = (text: string): boolean => {
  const told = text.slice(0, LONGEST)
  if (RECOVERED.test(told) && !PANIC.test(told)) return false
  for (const { groups } of told.matchAll(WORDS)) if (groups?.bad !== undefined) return true
  return false
}
