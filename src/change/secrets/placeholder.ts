/** Words that stand where a secret would. */
const STANDS_FOR =
  /(?:example|placeholder|changeme|change[_-]me|change[_-]this|replace|your[_-]|<[^<>]{1,80}>|\.\.\.|…|xxxx|\*{3}|dummy|sample|fake|fixme|todo|insert|redacted|masked|foobar|not[_-]?(?:a[_-])?real|12345|abcdef|qwerty|test[_-]|_test|lorem|deadbeef|snakeoil)/i
/** A value that is kept elsewhere: a variable, a template, a reference of a secret store. */
const REFERS =
  /^\s*(?:\$|%[\w{]|\{\{|<%|#\{|@\{|!\w|(?:op|vault|awssm|ssm|doppler|infisical|secretref|ref\+\w+|arn|projects|file|azure-keyvault|keyvault|gcp-?sm)[:/,]|encrypted:|EJ\[1:|ENC\[|process\.env|ENV\[|os\.environ|env\(|System\.)|\$\{|\$\(|\{\{|#\{|<%=/
const PLAIN =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|\d{1,12}|[a-z]{1,12}|postgres|password|passw0rd|secret|localhost|admin|root|user|pass|test(?:ing)?)$/i

/** Bits for each character of a text, by how often each occurs in it (Shannon). Letters drawn by lot have more than 3.5 from 20 characters on. */
export const entropyOf = (text: string): number => {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** Is this a blank, a word, a reference or something that says of itself that it is none? */
export const isPlaceholder = (value: string): boolean => {
  const text = value.trim().slice(0, 4000)
  return text.length < 6 || PLAIN.test(text) || REFERS.test(text) || STANDS_FOR.test(text) || new Set(text).size < 5
}

/** Does this look drawn by lot? At least as long, and as mixed, as said. */
export const looksDrawn = (value: string, length: number, bits: number): boolean =>
  value.length >= length && !isPlaceholder(value) && /\d/.test(value) && /[A-Za-z]/.test(value) && entropyOf(value) >= bits
