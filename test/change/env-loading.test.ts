import { expect, test } from 'vitest'
import { envLoading, spoken } from '../../src/change/detectors/env-loading.ts'
import { loaderLinesOf } from '../../src/change/detectors/loader-line.ts'
import { lineChange } from '../../src/change/opaque.ts'
import type { Change, FileChange } from '../../src/model.ts'

const lines = (text: string) => (text === '' ? [] : text.split('\n').map((line, i) => ({ n: i + 1, text: line })))

const file = (path: string, removed: string, added: string, more: Partial<FileChange> = {}): FileChange => ({
  path,
  status: 'M',
  modes: ['100644', '100644'],
  oids: ['1', '2'],
  opaque: false,
  generated: false,
  removed: lines(removed),
  added: lines(added),
  ...more,
})

const change = (...files: FileChange[]): Change => ({ base: null, unseen: null, files, commits: [], added: 0, removed: 0 })

const seen = (...files: FileChange[]) => {
  const { removed, added, changed, moved } = envLoading(change(...files))
  return {
    ...(removed.length ? { removed: removed.map(spoken) } : {}),
    ...(added.length ? { added: added.map(spoken) } : {}),
    ...(changed.length ? { changed: changed.map(([a, b]) => `${spoken(a)} → ${spoken(b)}`) } : {}),
    ...(moved.length ? { moved: moved.map(([a, b]) => `${a.file} → ${b.file}`) } : {}),
  }
}

test.each([
  ['app/settings.py', '    model_config = SettingsConfigDict(env_file=".env", extra="ignore")', 'env_file', '.env'],
  ['app/settings.py', "    env_file = '.env'", 'env_file', '.env'],
  ['app/settings.py', '    env_file=Path(__file__).parent / ".env",', 'env_file', '.env'],
  ['app/settings.py', '    env_file=(".env", ".env.prod"), env_prefix="X_"', 'env_file', '.env, .env.prod'],
  ['app/settings.py', '    env_file=ENV_FILE,', 'env_file', 'ENV_FILE'],
  ['app/settings.py', 'model_config = {"env_file": ".env"}', 'env_file', '.env'],
  ['app/settings.py', 'class Settings(BaseSettings):', 'BaseSettings', ''],
  ['app/main.py', 'load_dotenv()', 'load_dotenv', '.env'],
  ['app/main.py', 'load_dotenv(override=True)', 'load_dotenv', '.env'],
  ['app/main.py', 'load_dotenv(find_dotenv())', 'load_dotenv', '.env'],
  ['app/main.py', 'dotenv.load_dotenv(BASE_DIR / ".env.local")', 'load_dotenv', '.env.local'],
  ['app/main.py', 'environ.Env.read_env(os.path.join(BASE_DIR, ".env"))', 'read_env', '.env'],
  ['src/index.ts', "import 'dotenv/config'", 'dotenv', '.env'],
  ['src/index.js', "require('dotenv').config()", 'dotenv', '.env'],
  ['src/index.js', "require('dotenv').config({ path: '.env.production' })", 'dotenv', '.env.production'],
  ['src/index.ts', 'dotenv.config({ path: path.resolve(__dirname, "../.env") });', 'dotenv', '../.env'],
  ['src/index.ts', 'process.loadEnvFile()', 'loadEnvFile', '.env'],
  ['package.json', '    "start": "node --env-file=.env dist/index.js",', '--env-file', '.env'],
  ['package.json', '    "start": "node --env-file=.env"', '--env-file', '.env'],
  ['package.json', '    "start": "node -r dotenv/config dist/index.js",', 'dotenv', '.env'],
  ['package.json', '    "start": "dotenv -e .env.prod -- node x.js",', 'dotenv-cli', '.env.prod'],
  ['Dockerfile', 'CMD ["node", "--env-file=.env", "x.js"]', '--env-file', '.env'],
  ['config/application.rb', "Dotenv.load('.env', '.env.local')", 'Dotenv', '.env, .env.local'],
  ['Gemfile', "gem 'dotenv-rails', '~> 3.1'", 'dotenv gem', ''],
  ['config/environments/production.rb', '  config.credentials.content_path = "config/x.yml.enc"', 'credentials', 'config/x.yml.enc'],
  ['docker-compose.yml', '    env_file: .env', 'env_file', '.env'],
  ['compose.prod.yaml', '      - .env.prod', 'env_file', '.env.prod'],
  ['main.go', '\tif err := godotenv.Load(); err != nil {', 'godotenv', '.env'],
  ['start.sh', 'set -a; source .env; set +a', 'source', '.env'],
  ['start.sh', 'export $(cat .env | xargs)', 'export', '.env'],
  ['app.service', 'EnvironmentFile=/etc/app.env', 'EnvironmentFile', '/etc/app.env'],
])('%s: %s', (path, text, name, argument) => {
  expect(loaderLinesOf(path, lines(text)).map((line) => [line.loader.name, line.argument])).toEqual([[name, argument]])
})

test.each([
  ['app/settings.py', '# env_file=".env"'],
  ['app/settings.py', '    x = 1  # env_file=".env"'],
  ['src/index.ts', '// import "dotenv/config"'],
  ['src/index.ts', "import dotenv from 'dotenv'"],
  ['package.json', '    "dotenv": "^16.4.5",'],
  ['app/settings.py', 'if env_file == other:'],
  ['src/app.ts', 'const loadEnvironment = load(env)'],
  ['README', 'the environment file is documented elsewhere'],
  ['src/credentials.ts', 'this.credentials.token = token'],
  ['docker-compose.yml', '      - ./data:/data'],
  ['app/models.py', 'class Settings(BaseModel):'],
])('%s: %s loads nothing', (path, text) => {
  expect(loaderLinesOf(path, lines(text))).toEqual([])
})

test('the incident: the line goes, a fix elsewhere comes', () => {
  expect(
    seen(
      file(
        'app/settings.py',
        'model_config = SettingsConfigDict(env_file=".env", extra="ignore")',
        'model_config = SettingsConfigDict(extra="ignore")',
      ),
      file('app/sandbox.py', 'timeout = 5', 'timeout = 30'),
    ),
  ).toEqual({ removed: ['env_file=".env"'] })
})

test('class Config becoming SettingsConfigDict with the same file is a rewrite', () => {
  expect(
    seen(file('app/settings.py', 'class Config:\n    env_file = ".env"', 'model_config = SettingsConfigDict(env_file=".env")')),
  ).toEqual({})
})

test('rewrites and moves with the same argument do not alarm', () => {
  expect(seen(file('src/a.js', "require('dotenv').config()", "import 'dotenv/config'"))).toEqual({})
  expect(seen(file('src/a.js', "import 'dotenv/config'", 'process.loadEnvFile()'))).toEqual({})
  expect(seen(file('app/a.py', 'load_dotenv()', ''), file('app/b.py', '', 'load_dotenv()'))).toEqual({ moved: ['app/a.py → app/b.py'] })
  expect(seen(file('new/settings.py', 'env_file=".env"', 'env_file = ".env"', { from: 'old/settings.py', status: 'R' }))).toEqual({})
  expect(seen(file('app/a.py', 'load_dotenv(\n    dotenv_path=".env",\n)', 'load_dotenv(dotenv_path=".env")'))).toEqual({})
})

test('another argument is its own kind', () => {
  expect(seen(file('app/settings.py', 'env_file=".env"', 'env_file="../.env"'))).toEqual({
    changed: ['env_file=".env" → env_file="../.env"'],
  })
})

test('commenting out, or keeping it only in a test, is a removal', () => {
  expect(seen(file('app/a.py', 'load_dotenv()', '# load_dotenv()'))).toEqual({ removed: ['load_dotenv .env'] })
  expect(seen(file('app/a.py', 'load_dotenv()', ''), file('tests/conftest.py', '', 'load_dotenv()'))).toEqual({
    removed: ['load_dotenv .env'],
  })
})

test('tests, documents and CI are quiet', () => {
  expect(
    seen(
      file('tests/test_settings.py', 'load_dotenv()', ''),
      file('README.md', 'load_dotenv()', ''),
      file('.github/workflows/ci.yml', '      - run: docker run --env-file=.env x', ''),
    ),
  ).toEqual({})
})

test('a compose file and the app are different worlds', () => {
  expect(seen(file('compose.yml', '    env_file: .env', ''), file('app/a.py', '', 'load_dotenv()'))).toEqual({
    removed: ['env_file: .env'],
    added: ['load_dotenv .env'],
  })
})

test('an item of a compose list that goes is named', () => {
  expect(seen(file('docker-compose.yml', '    env_file:\n      - .env', ''))).toEqual({ removed: ['env_file: .env'] })
})

const whole = (path: string, was: string | null, now: string | null, from = path) => {
  const file: FileChange = {
    path,
    ...(from === path ? {} : { from }),
    status: was === null ? 'A' : now === null ? 'D' : from === path ? 'M' : 'R',
    modes: ['100644', '100644'],
    oids: ['1', '2'],
    opaque: false,
    generated: false,
    ...lineChange(was ?? '', now ?? ''),
  }
  return { file, was, now }
}

const seenWhole = (...files: ReturnType<typeof whole>[]) => {
  const text = (side: 'base' | 'candidate', path: string): string | null =>
    files
      .map(({ file, was, now }) =>
        side === 'base' && (file.from ?? file.path) === path ? was : side === 'candidate' && file.path === path ? now : null,
      )
      .find((one) => one !== null) ?? null
  const { removed, added, changed, moved } = envLoading(change(...files.map(({ file }) => file)), text)
  return {
    ...(removed.length ? { removed: removed.map(spoken) } : {}),
    ...(added.length ? { added: added.map(spoken) } : {}),
    ...(changed.length ? { changed: changed.map(([a, b]) => `${spoken(a)} → ${spoken(b)}`) } : {}),
    ...(moved.length ? { moved: moved.map(([a, b]) => `${a.file} → ${b.file}`) } : {}),
  }
}

const CONFIG =
  'class Settings(BaseSettings):\n    url: str\n\n    class Config:\n        env_file = ".env"\n        case_sensitive = True\n'
const DICT =
  'class Settings(BaseSettings):\n    model_config = SettingsConfigDict(\n        env_file=".env",\n        extra="ignore",\n    )\n    url: str\n'
const PLAIN = 'class Settings(BaseSettings):\n    model_config = {"env_file": ".env"}\n    url: str\n'
const CALLED = 'class Settings(BaseSettings):\n    url: str\n\n\nsettings = Settings(_env_file=".env")\n'
const NONE = 'class Settings(BaseSettings):\n    url: str\n'

test.each([
  ['class Config', CONFIG],
  ['SettingsConfigDict', DICT],
  ['a dict', PLAIN],
  ['_env_file', CALLED],
])('pydantic, %s: every other spelling of the same file is no change, none is a removal, another file is a change', (_, text) => {
  for (const other of [CONFIG, DICT, PLAIN, CALLED]) expect(seenWhole(whole('app/settings.py', text, other))).toEqual({})
  expect(seenWhole(whole('app/settings.py', text, NONE))).toEqual({ removed: ['env_file=".env"'] })
  expect(seenWhole(whole('app/settings.py', text, text.replace('".env"', '".env.prod"')))).toEqual({
    changed: ['env_file=".env" → env_file=".env.prod"'],
  })
  expect(seenWhole(whole('app/config.py', text, text, 'app/settings.py'))).toEqual({})
  expect(seenWhole(whole('app/config.py', text, NONE, 'app/settings.py'))).toEqual({ removed: ['env_file=".env"'] })
  expect(seenWhole(whole('app/settings.py', text, null), whole('app/core/config.py', null, text))).toEqual({
    moved: ['app/settings.py → app/core/config.py'],
  })
  expect(seenWhole(whole('app/settings.py', text, null), whole('app/core/config.py', null, text.replace('".env"', '"../.env"')))).toEqual({
    changed: ['env_file=".env" → env_file="../.env"'],
  })
})

test('a call whose head stays is seen by its argument', () => {
  const load = (path: string) => `import dotenv from 'dotenv'\n\ndotenv.config({\n  override: true,\n  path: ${path},\n})\n`
  expect(seenWhole(whole('src/env.ts', load("'.env'"), load("'.env.local'")))).toEqual({ changed: ['dotenv .env → dotenv .env.local'] })
  const ruby = (file: string) => `Dotenv.load(\n  '.env',\n  '${file}'\n)\n`
  expect(seenWhole(whole('config/boot.rb', ruby('.a.env'), ruby('.b.env')))).toEqual({
    changed: ['Dotenv .env, .a.env → Dotenv .env, .b.env'],
  })
  expect(seenWhole(whole('src/env.ts', load("'.env'"), load("'.env'").replace('true', 'false')))).toEqual({})
})

test.each([
  ['src/a.ts', "import { config } from 'dotenv'\nconfig()\n", 'dotenv .env'],
  ['src/a.ts', "import { config as load } from 'dotenv'\nload({ path: '.env.x' })\n", 'dotenv .env.x'],
  ['src/a.js', "const env = require('dotenv')\nenv.config()\n", 'dotenv .env'],
  ['src/a.ts', 'await import("dotenv/config").catch(() => {})\n', 'dotenv .env'],
  ['src/app.module.ts', 'ConfigModule.forRoot({ isGlobal: true })\n', 'ConfigModule .env'],
  ['app/main.py', 'config = Config(".env")\n', 'Config .env'],
  ['src/main.rs', 'fn main() {\n    dotenv().ok();\n}\n', 'dotenvy .env'],
  ['public/index.php', "(new Dotenv())->bootEnv(dirname(__DIR__).'/.env');\n", 'Dotenv /.env'],
  ['main.go', 'import (\n\t_ "github.com/joho/godotenv/autoload"\n)\n', 'godotenv .env'],
  ['config/runtime.exs', 'import Dotenvy\nsource!([".env", System.get_env()])\n', 'Dotenvy .env'],
  ['Dockerfile', 'FROM node:20\nCOPY .env.production .env\n', 'COPY .env.production'],
  ['Procfile', 'web: node --import dotenv/config server.js\n', 'dotenv .env'],
])('%s: %s goes', (path, text, name) => {
  expect(seenWhole(whole(path, `${text}x\n`, 'x\n'))).toEqual({ removed: [name] })
})

test('what is said in a docstring or a comment block loads nothing', () => {
  expect(seenWhole(whole('app/a.py', '"""\nload_dotenv()\n"""\nx\n', 'x\n'))).toEqual({})
  expect(seenWhole(whole('src/a.ts', "/*\n import 'dotenv/config'\n*/\nx\n", 'x\n'))).toEqual({})
})

test('one shared module answers all that loaded the env themselves', () => {
  const [a, b] = ['load_dotenv()\na\n', 'load_dotenv()\nb\n']
  expect(seenWhole(whole('app/a.py', a, 'a\n'), whole('app/b.py', b, 'b\n'), whole('app/env.py', null, 'load_dotenv()\n'))).toEqual({
    moved: ['app/a.py → app/env.py', 'app/b.py → app/env.py'],
  })
})

test('what is no path is not repeated', () => {
  const vault = `dotenv://:key_${'0a'.repeat(32)}@dotenv.org/vault`
  const stated = JSON.stringify(seenWhole(whole('src/a.ts', `dotenv.config({ path: '.env', DOTENV_KEY: '${vault}' })\nx\n`, 'x\n')))
  expect(stated).toContain('.env')
  expect(stated).not.toContain('key_')
  expect(JSON.stringify(seenWhole(whole('a.py', 'load_dotenv(stream=StringIO("TOKEN=abc"))\nx\n', 'x\n')))).not.toContain('abc')
})
