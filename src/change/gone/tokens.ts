/** A path as a line of a file writes it. */
export interface Token {
  text: string
  /** What stands before it says that its beginning is not written here: `${dir}/`, `#{Rails.root}/`. */
  open: boolean
  /** It stands in quotes, or is a word of a command or value. */
  at: number
}

const PART = /[\w.@~/+-]/
/** `join("a", "b")` and `root / "a" / "b"`, as `"a/b"`. */
const JOINED = /["'](?:\s*,\s*|\s*\/\s*)["']/g
/** Characters of a line that are looked at. */
const MAX_LINE = 1000

/**
 * Path-like words of a line that end in `name`. A name that goes on to the left or right is another's: `a.yml` is not in `data.yml`
 * nor in `a.yml.enc`. Addresses (`https://…`) are none.
 */
export const tokensOf = (line: string, name: string): Token[] => {
  const text = line.slice(0, MAX_LINE)
  const joined = text.replace(JOINED, '/')
  // What is joined says more of the path: it comes first.
  return [...(joined === text ? [] : wordsOf(joined, name)), ...wordsOf(text, name)]
}

const wordsOf = (line: string, name: string): Token[] => {
  const found: Token[] = []
  for (let at = line.indexOf(name); at !== -1; at = line.indexOf(name, at + 1)) {
    const end = at + name.length
    if (goesOn(line, end)) continue
    let start = at
    while (start > 0 && PART.test(line[start - 1]!)) start--
    const text = line.slice(start, end).replace(/^(?:\.\/)+/, '')
    if (/[:\\]$/.test(line.slice(0, start)) && text.startsWith('//')) continue
    if (text !== name && !text.endsWith(`/${name}`)) continue
    found.push({ text, open: /[})\]]$|\$\w*$/.test(line.slice(0, start)), at: start })
  }
  return found
}

/** A sentence's full stop ends a word; another letter, a deeper path or an extension goes on. */
const goesOn = (line: string, end: number): boolean => {
  const [next, after] = [line[end] ?? '', line[end + 1] ?? '']
  if (next === '.' || next === '-') return /[\w*{$]/.test(after)
  return /[\w/@~(]/.test(next) && !(next === '/' && !/[\w.*{$]/.test(after))
}

const HASHED =
  /\.(?:py|rb|sh|bash|zsh|ya?ml|toml|ini|cfg|conf|properties|exs?|env|pl|r|tf|nix|rake|ru|gemspec|cr)$|(?:^|\/)(?:[\w.-]*Dockerfile[\w.-]*|Procfile[\w.-]*|[Mm]akefile|GNUmakefile|[Jj]ustfile|Gemfile|Rakefile|Caddyfile|\.env[\w.-]*|crontab)$|(?:^|\/)bin\/[\w-]+$/
const SLASHED = /\.(?:[cm]?[jt]sx?|go|rs|java|kt|scala|cs|php|swift|c|cc|cpp|h|hpp|vue|svelte|astro|proto|gradle|kts|jsonc|json5)$/

/** Is what stands at `at` of the line a comment? Block comments over lines are known by their `*`. */
export const inComment = (path: string, line: string, at: number): boolean => {
  const before = line.slice(0, at)
  if (/^\s*(?:<!--|\{\{?[!#]|<%#|;|%%|--\s|"""|''')/.test(line)) return true
  if (HASHED.test(path)) return /(?:^|\s)#(?!!)/.test(before)
  if (SLASHED.test(path)) return /^\s*(?:\/\/|\/\*|\*(?:\s|$))|\s\/\/\s|\/\*[^*]*$/.test(before)
  return /^\s*(?:#(?!!)|\/\/)/.test(line)
}
