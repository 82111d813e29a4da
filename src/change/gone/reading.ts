import type { Mention } from '../sight.ts'
import type { Naming } from './naming.ts'
import type { Reader } from './readers.ts'

/** What a file is to those who read it: settings and other data, a command to run, or code that a compiler or loader looks up. */
export type Sort = 'data' | 'script' | 'code'

const SCRIPT = /\.(?:sh|bash|zsh|ps1)$|(?:^|\/)bin\/[\w.-]+$/
const CODE =
  /\.(?:[cm]?[jt]sx?|py|pyi|rb|go|rs|java|kt|scala|cs|php|exs?|erl|clj|swift|c|cc|cpp|h|hpp|vue|svelte|astro|lua|pl|dart|proto|graphql|gql)$/
const TEMPLATE = /\.(?:blade\.php|html\.php)$/

export const sortOf = (path: string): Sort =>
  SCRIPT.test(path) ? 'script' : CODE.test(path) && !TEMPLATE.test(path) && !/\.config\.\w+$/.test(path) ? 'code' : 'data'

/** A line that makes a file, or takes it away: what follows it need not be in the repository. */
const MAKES =
  /(?:^|[^-=<>])>{1,2}\s*["']?[\w./${}-]*$|\b(?:rm|unlink|touch|tee|mkdir|curl|wget|out|outfile|out_?dir|output\w*|destination|dest|writes?|write_?\w*|writeFile\w*|dump\w*|save\w*|generates?|generated|gitignore|sed -i|delete\w*|remove\w*|unset)\b/i
/** What a copy is written to: not its first argument. */
const COPIED_TO = /\b(?:cp|mv|ln|scp|install)\s+(?:-\S+\s+)*[^-\s]\S*\s+(?:\S+\s+)*["']?$/
/** A line that goes on without it. */
const ASKS =
  /\bexists?\b|exist\?|existsSync|is_?file|access(?:Sync)?\(|\[\[?\s+(?:!\s+)?-[efrs]\s|\btest\s+-|\|\|\s*(?:true|:)|if-exists|optional|ignore_?missing|required:\s*false|\brescue\b|2>\/dev\/null|hashFiles|paths(?:-ignore)?:|\bfallback\b/i
/** What npm runs where the product is built, released or started. */
const RUN_KEY = /^\s*"(?:pre|post)?(?:start|build|install|prepare|release|deploy|migrate|serve|worker|main|bin)(?::[\w:-]*)?"\s*:/
/** Deploys of another kind than ours: they fail apart. */
const ELSEWHERE = /compose[\w.-]*\.ya?ml$|(?:^|\/)(?:k8s|kubernetes|helm|charts|ansible|terraform)\//i
const LOADS = /\b(?:import|export|require\w*|from|include|use|module|load)\b/

/** How sure it is that the line misses the file when it runs. */
export type Grade = 'sure' | 'likely' | 'maybe'

/** Does the command or call in which the name stands make the file? */
export const makesIt = (line: string, at: number): boolean => {
  const before = line
    .slice(0, at)
    .split(/&&|\|\||[;|]/)
    .at(-1)!
  return MAKES.test(before) || COPIED_TO.test(before)
}

/**
 * The grade of one mention, or null where it reads nothing.
 * @param at where in the line the file is named
 */
export const gradeOf = (mention: Mention, at: number, naming: Naming, reader: Reader, sort: Sort): Grade | null => {
  const { path, text } = mention
  if (ASKS.test(text)) return sort === 'code' ? null : 'maybe'
  if (reader === 'code') return inCode(path, text, naming, sort)
  if (reader === 'deploy' && ELSEWHERE.test(path)) return naming === 'name' ? 'maybe' : 'likely'
  if (reader === 'deploy') return naming === 'path' ? 'sure' : naming === 'tail' ? 'likely' : 'maybe'
  if (naming !== 'path' || (sort === 'code' && reader === 'build' && LOADS.test(text.slice(0, at)))) return null
  return reader === 'build' && /package\.json$/.test(path) && RUN_KEY.test(text) ? 'likely' : 'maybe'
}

/** A script calls scripts; code opens data. What code imports of code is its loader's affair. */
const inCode = (path: string, text: string, naming: Naming, sort: Sort): Grade | null => {
  const shell = sortOf(path) === 'script'
  if (sort === 'code' && !shell) return null
  if (!shell && !/["'`]/.test(text) && !/\.(?:ya?ml|toml|ini|conf|cfg|properties|json)$/.test(path)) return null
  return naming === 'path' || naming === 'tail' ? 'likely' : sort === 'data' ? 'maybe' : null
}
