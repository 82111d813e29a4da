import { KEY } from './env-read.ts'

/** How a language reads its environment, one spelling a row. */
export interface Spelling {
  /** Endings of the files it is looked for in. */
  files: RegExp
  /** Group 1 is the key, or with `many` a list of them. Where a call has more arguments, the pattern ends behind its first. */
  pattern: RegExp
  need: 'required' | 'unsaid' | 'optional'
  /** Arguments follow: a second one is a default. */
  call?: true
  /** `{ A, B = "x" }` or `"A", "B"`. */
  many?: true
  build?: true
}

const JS = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/
const PY = /\.pyi?$/
const RUBY = /\.(?:rb|erb|rake|ru|haml|slim|gemspec|jbuilder)$|(?:^|\/)(?:Rakefile|Gemfile)$|(?:^|\/)config\/[\w/.-]+\.ya?ml$/
const GO = /\.go$/
const RUST = /\.rs$/
const ELIXIR = /\.(?:exs?|eex|heex)$/
const PHP = /\.php$/
const JAVA = /\.(?:java|kts?|scala|groovy)$/
const SPRING = /(?:^|\/)(?:application|bootstrap)[\w-]*\.(?:ya?ml|properties)$|\.(?:java|kt)$/
const SYMFONY = /(?:^|\/)config\/[\w/.-]+\.(?:ya?ml|php)$/
const CSHARP = /\.cs$/
const SHELL = /\.(?:sh|bash)$|(?:^|\/)(?:docker-)?entrypoint$/

const Q = `["'\`]`
type More = Omit<Spelling, 'files' | 'pattern' | 'need'>
const row = (files: RegExp, need: Spelling['need'], pattern: string, more: More = {}): Spelling => ({
  files,
  need,
  pattern: new RegExp(pattern, 'g'),
  ...more,
})

/** A list between braces, and then where it is taken from. */
const DESTRUCTURED = `(?:const|let|var)\\s*\\{([^{}]{1,2000})\\}\\s*=\\s*(?:process|Bun)\\.env\\b`

export const SPELLINGS: readonly Spelling[] = [
  row(JS, 'unsaid', `(?<![\\w$])(?:process|Bun)\\.env(?:\\?\\.|\\.)(${KEY})\\b`),
  row(JS, 'unsaid', `(?<![\\w$])(?:process|Bun)\\.env(?:\\?\\.)?\\[\\s*${Q}(${KEY})${Q}\\s*\\]`),
  row(JS, 'unsaid', `(?<![\\w$])import\\.meta\\.env(?:\\?\\.|\\.)(${KEY})\\b`, { build: true }),
  row(JS, 'unsaid', `(?<![\\w$])import\\.meta\\.env\\[\\s*${Q}(${KEY})${Q}\\s*\\]`, { build: true }),
  row(JS, 'unsaid', `(?<![\\w$])Deno\\.env\\.get\\(\\s*${Q}(${KEY})${Q}\\s*\\)`),
  row(JS, 'unsaid', DESTRUCTURED, { many: true }),
  row(PY, 'required', `(?<![\\w])environ\\[\\s*[rbuf]?["'](${KEY})["']\\s*\\]`),
  row(PY, 'unsaid', `(?<![\\w])environ\\.(?:get|pop|setdefault)\\(\\s*["'](${KEY})["']`, { call: true }),
  row(PY, 'unsaid', `(?<![\\w])getenv\\(\\s*["'](${KEY})["']`, { call: true }),
  row(PY, 'optional', `["'](${KEY})["']\\s+(?:not\\s+)?in\\s+(?:os\\.)?environ\\b`),
  row(PY, 'required', `(?<![\\w.])(?:env|environ)(?:\\.\\w+)?\\(\\s*["'](${KEY})["']`, { call: true }),
  row(PY, 'required', `(?<![\\w.])config\\(\\s*["'](${KEY})["']`, { call: true }),
  row(RUBY, 'unsaid', `(?<![\\w:.])ENV\\[\\s*["'](${KEY})["']\\s*\\]`),
  row(RUBY, 'required', `(?<![\\w:.])ENV\\.fetch[(\\s]\\s*["'](${KEY})["']`, { call: true }),
  row(RUBY, 'optional', `(?<![\\w:.])ENV\\.(?:key\\?|has_key\\?|include\\?|member\\?|dig|delete)[(\\s]\\s*["'](${KEY})["']`),
  row(RUBY, 'unsaid', `(?<![\\w:.])ENV\\.(?:values_at|slice)\\(([^()]{1,2000})\\)`, { many: true }),
  row(GO, 'unsaid', `(?<![\\w])os\\.Getenv\\(\\s*"(${KEY})"`, { call: true }),
  row(GO, 'optional', `(?<![\\w])os\\.LookupEnv\\(\\s*"(${KEY})"`),
  row(GO, 'unsaid', `\`[^\`\\n]{0,400}\\benv(?:config)?:"(${KEY})(?:,[\\w,]*)?"[^\`\\n]{0,400}\``),
  row(GO, 'unsaid', `(?<![\\w])viper\\.(?:BindEnv\\(\\s*"[^"\\n]+",\\s*|Get\\w*\\(\\s*)"(${KEY})"`),
  row(RUST, 'unsaid', `(?<![\\w])env::var(?:_os)?\\(\\s*"(${KEY})"`, { call: true }),
  row(RUST, 'required', `(?<![\\w])(?:std::)?env!\\(\\s*"(${KEY})"\\s*\\)`, { build: true }),
  row(RUST, 'optional', `(?<![\\w])option_env!\\(\\s*"(${KEY})"\\s*\\)`, { build: true }),
  row(RUST, 'optional', `(?<![\\w.:])env\\s*=\\s*"(${KEY})"`),
  row(ELIXIR, 'required', `(?<![\\w])System\\.fetch_env!\\(\\s*"(${KEY})"`),
  row(ELIXIR, 'optional', `(?<![\\w])System\\.fetch_env\\(\\s*"(${KEY})"`),
  row(ELIXIR, 'unsaid', `(?<![\\w])System\\.get_env\\(\\s*"(${KEY})"`, { call: true }),
  row(ELIXIR, 'required', `(?<![\\w.])env!\\(\\s*"(${KEY})"`),
  row(PHP, 'unsaid', `(?<![\\w>$])env\\(\\s*["'](${KEY})["']`, { call: true }),
  row(PHP, 'unsaid', `(?<![\\w>$])getenv\\(\\s*["'](${KEY})["']\\s*\\)`),
  row(PHP, 'unsaid', `\\$_ENV\\[\\s*["'](${KEY})["']\\s*\\]`),
  row(SYMFONY, 'required', `%env\\((?:\\w+:)*(${KEY})\\)%`),
  row(JAVA, 'unsaid', `(?<![\\w])System\\.getenv\\(\\s*"(${KEY})"\\s*\\)`),
  row(JAVA, 'optional', `(?<![\\w])getenv\\(\\)\\.getOrDefault\\(\\s*"(${KEY})"`),
  row(SPRING, 'required', `\\$\\{(${KEY})\\}`),
  row(SPRING, 'optional', `\\$\\{(${KEY}):[^}\\n]*\\}`),
  row(CSHARP, 'unsaid', `(?<![\\w])Environment\\.GetEnvironmentVariable\\(\\s*"(${KEY})"\\s*\\)`),
  row(SHELL, 'required', `\\$\\{(${KEY}):?\\?`),
  row(SHELL, 'optional', `\\$\\{(${KEY}):?[-=][^}\\n]*\\}`),
]

/** Files in which `${KEY}` is a reading. */
export const IN_BRACES = new RegExp([SPRING, SHELL].map(({ source }) => source).join('|'))

/** Files that may read an environment in one of the languages. */
export const READS = new RegExp(
  [JS, PY, RUBY, GO, RUST, ELIXIR, PHP, JAVA, SPRING, SYMFONY, CSHARP, SHELL].map(({ source }) => source).join('|'),
)
