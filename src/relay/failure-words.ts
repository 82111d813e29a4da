/** Characters of a text that are looked at. */
const LONGEST = 8_192

/** First what says that nothing is wrong, so that its words are not taken for a failure. */
const WORDS =
  /\b(?:no|0|zero|without(?: any)?) (?:errors?|failures?|failed|exceptions?|timeouts?)\b|(?<bad>error|fail|exception|traceback|timeout|timed out|refused|denied|critical|panic|OOM|FATAL)/gi

/** Does a text read like a failure? Time follows its length. */
export const readsLikeFailure = (text: string): boolean => {
  for (const { groups } of text.slice(0, LONGEST).matchAll(WORDS)) if (groups?.bad) return true
  return false
}
