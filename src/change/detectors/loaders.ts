/** Ways in which a program gets its environment from a file, one a line of this table. */
export interface Loader {
  /** Shown, and part of what makes two lines the same. */
  name: string
  /** Loaders of one world may replace each other with the same argument. */
  world: 'python' | 'node' | 'ruby' | 'compose' | 'other'
  pattern: RegExp
  /** Its argument where none is written. */
  fallback: string
  /** What follows the pattern: arguments of a call or a value, the next word, a shell line that names the file, or nothing of interest. */
  takes: 'arguments' | 'word' | 'shell' | 'nothing'
}

const WORD = '(?<![\\w.$])'
const loader = (
  name: string,
  world: Loader['world'],
  pattern: string,
  fallback = '.env',
  takes: Loader['takes'] = 'arguments',
): Loader => ({ name, world, pattern: new RegExp(pattern), fallback, takes })

/** The pattern ends where the argument begins. */
export const LOADERS: readonly Loader[] = [
  loader('env_file', 'python', `(?<![\\w.$-])["']?_?env_file["']?\\s*=(?!=)`, ''),
  loader('env_file', 'python', `["']env_file["']\\s*:`, ''),
  loader('load_dotenv', 'python', `(?<![\\w$])load_dotenv\\s*\\(`),
  loader('load_dotenv', 'python', `${WORD}dotenv_path\\s*=(?!=)`),
  loader('read_dotenv', 'python', `(?<![\\w$])read_dotenv\\s*\\(`),
  loader('dotenv_values', 'python', `(?<![\\w$])dotenv_values\\s*\\(`),
  loader('read_env', 'python', `\\.read_env\\s*\\(`),
  loader('RepositoryEnv', 'python', `(?<![\\w$])RepositoryEnv\\s*\\(`),
  loader('load_dotenv', 'python', `(?<![\\w$])load_dotenv\\s*=\\s*True\\b`, '.env', 'nothing'),
  loader('Config', 'python', `(?<![\\w.])Config\\s*\\((?=[^)]*\\.env\\b)`),
  loader('BaseSettings', 'python', `^\\s*class\\s+\\w+\\s*\\([^)]*\\bBaseSettings\\b`, '', 'nothing'),
  loader('dotenv', 'node', `(?<![\\w$])dotenv(?:Flow|x|Safe)?\\.(?:config|load)\\s*\\(`),
  loader(
    'dotenv',
    'node',
    `require\\(\\s*["'](?:dotenv(?:-flow|-safe|-extended|x)?|@dotenvx/dotenvx)["']\\s*\\)\\s*\\.(?:config|load)\\s*\\(`,
  ),
  loader(
    'dotenv',
    'node',
    `(?:import\\s+|import\\(\\s*|require\\(\\s*|-r\\s+|--require[= ]\\s*|--import[= ]\\s*)["']?(?:npm:)?(?:dotenv(?:-flow|-safe)?|@dotenvx/dotenvx)/config\\b["']?\\)?`,
    '.env',
    'nothing',
  ),
  loader('dotenv', 'node', `import\\s+["'](?:jsr:)?@std/dotenv/load["']`, '.env', 'nothing'),
  loader('dotenv-webpack', 'node', `new\\s+Dotenv\\s*\\((?!\\s*\\)\\s*\\)?->)`),
  loader('envFilePath', 'node', `(?<![\\w$])envFilePath\\s*:`),
  loader('ConfigModule', 'node', `(?<![\\w$])ConfigModule\\.forRoot\\s*\\(`, '.env', 'nothing'),
  loader('loadEnvFile', 'node', `(?<![\\w$])loadEnvFile\\s*\\(`),
  loader('loadEnvConfig', 'node', `(?<![\\w$])loadEnvConfig\\s*\\(`, ''),
  loader('loadEnv', 'node', `(?<![\\w$.])loadEnv\\s*\\(`, ''),
  loader('--env-file', 'node', `--env-file(?:-if-exists)?[= ]`, '.env', 'word'),
  loader('dotenv-cli', 'node', `(?<![\\w./-])(?:dotenv|dotenvx run|env-cmd)\\s+-[ef][\\s=]`, '.env', 'word'),
  loader('dotenv', 'node', `(?<![\\w./-])(?:dotenv(?:\\s+run)?|dotenvx run)\\s+--(?=\\s)`, '.env', 'nothing'),
  loader('Dotenv', 'ruby', `(?<![\\w$])Dotenv\\.(?:load|overload|require_keys|parse)!?`),
  loader('Dotenv', 'ruby', `Dotenv::(?:Railtie|Rails)\\.(?:load|overload)`),
  loader('Dotenv', 'ruby', `require\\s+["']dotenv/(?:load|autoload)["']`, '.env', 'nothing'),
  loader('dotenv gem', 'ruby', `^\\s*gem\\s+["']dotenv(?:-rails)?["']`, '', 'nothing'),
  loader('credentials', 'ruby', `credentials\\.(?:content_path|key_path)\\s*=(?!=)`, ''),
  loader('env_file', 'compose', `^\\s*(?:-\\s+)?env_file\\s*:`, ''),
  loader('godotenv', 'other', `(?<![\\w$])godotenv\\.(?:Load|Overload|Read)\\s*\\(`),
  loader('godotenv', 'other', `["'](?:github\\.com/joho/)?godotenv/autoload["']`, '.env', 'nothing'),
  loader('viper', 'other', `(?<![\\w$])viper\\.(?:SetConfigFile|AutomaticEnv)\\s*\\(`, ''),
  loader('dotenvy', 'other', `(?<![\\w$.:])dotenv\\(\\)(?=\\s*(?:\\.|\\?|;|$))`, '.env', 'nothing'),
  loader('dotenvy', 'other', `(?<![\\w$])dotenvy?::(?:dotenv|from_filename|from_path|load)\\w*\\s*\\(`),
  loader('Dotenv', 'other', `Dotenv(?:\\\\Dotenv)?::create\\w*\\s*\\(`),
  loader('Dotenv', 'other', `->(?:bootEnv|loadEnv)\\s*\\(`),
  loader('Dotenv', 'other', `new\\s+Dotenv\\(\\s*\\)\\s*\\)?\\s*->\\s*(?:load|overload)\\s*\\(`),
  loader('loadEnvironmentFrom', 'other', `->loadEnvironmentFrom\\s*\\(`),
  loader('DotNetEnv', 'other', `(?<![\\w$])(?:DotNetEnv\\.Env|DotEnv)\\.Load\\s*\\(`),
  loader('spring.config.import', 'other', `spring\\.config\\.import\\s*[=:]`, '', 'word'),
  loader('Dotenvy', 'other', `(?<![\\w$.!])source!\\s*\\(`),
  loader('Dotenvy', 'other', `(?<![\\w$])Dotenvy\\.source!?\\s*\\(?`),
  loader('EnvironmentFile', 'other', `^\\s*EnvironmentFile\\s*=`, '', 'word'),
  loader('COPY', 'other', `^\\s*(?:COPY|ADD)\\s+(?=\\S*\\.env\\b)`, '', 'word'),
  loader('source', 'other', `(?:^|[;&|]\\s*|\\s)(?:source|\\.)\\s+(?=["']?[\\w./-]*\\.env\\b)`, '', 'shell'),
  loader('export', 'other', `export\\s+\\$\\((?=[^)]*\\.env\\b)`, '', 'shell'),
]
