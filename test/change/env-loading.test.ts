import { expect, test } from 'vitest'
import { envLoading, spoken } from '../../src/change/detectors/env-loading.ts'
import { loaderLinesOf } from '../../src/change/detectors/loader-line.ts'
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
