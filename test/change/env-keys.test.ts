import { expect, test } from 'vitest'
import { DETECTORS } from '../../src/change/detectors/all.ts'
import { withoutComments } from '../../src/change/env/comments.ts'
import { readsOf } from '../../src/change/env/reads-of.ts'
import { givenKeys, isEnvironmentFile, siblingsOf } from '../../src/change/env/siblings.ts'
import { factsOf } from '../../src/change/read.ts'
import { judge } from '../../src/checklist/judge.ts'
import { allRules } from '../../src/checklist/rules.ts'
import type { Settings } from '../../src/config/settings.ts'
import type { Truth } from '../../src/targets/truth.ts'
import { rangeOf } from './range.ts'
import { readingOf } from './reading.ts'
import { makeRepo, type Repo } from './repo.ts'
import { makeSettings } from './settings.ts'

/** The reads of a file as `KEY need`, and the default where there is one. */
const reads = (path: string, text: string, wrappers: string[] = []) =>
  readsOf(path, text, new Set(wrappers)).map(({ key, need, fallback }) =>
    fallback === null ? `${key} ${need}` : `${key} ${need} ${fallback}`,
  )

test.each([
  ['a.ts', 'const a = process.env.A_KEY', 'A_KEY unsaid'],
  ['a.ts', 'const a = process.env.A_KEY!', 'A_KEY required'],
  ['a.ts', 'send(process.env.A_KEY as string)', 'A_KEY required'],
  ['a.ts', "const a = process.env['A_KEY'] ?? 'x'", 'A_KEY optional x'],
  ['a.ts', 'const a = process.env?.A_KEY || 3000', 'A_KEY optional 3000'],
  ['a.ts', "if (process.env.A_KEY === 'true') run()", 'A_KEY optional'],
  ['a.ts', 'if (!process.env.A_KEY) skip()', 'A_KEY optional'],
  ['a.ts', "const a = process.env.A_KEY ?? raise('no key')", 'A_KEY required'],
  ['a.ts', 'const { A_KEY, B_KEY = "x" } = process.env', 'A_KEY unsaid, B_KEY optional x'],
  ['a.svelte', 'const a = import.meta.env.VITE_A', 'VITE_A unsaid'],
  ['a.ts', "Deno.env.get('A_KEY')", 'A_KEY unsaid'],
  ['a.ts', 'Bun.env.A_KEY', 'A_KEY unsaid'],
  ['a.ts', "requireEnv('A_KEY')", 'A_KEY required'],
  ['a.ts', "env('A_KEY')", 'A_KEY unsaid'],
  ['a.ts', "getEnvOrThrow('A_KEY')", 'A_KEY required'],
  ['a.py', 'os.environ["A_KEY"]', 'A_KEY required'],
  ['a.py', 'os.environ.get("A_KEY")', 'A_KEY unsaid'],
  ['a.py', 'os.environ.get("A_KEY", "x")', 'A_KEY optional x'],
  ['a.py', 'os.getenv("A_KEY") or "x"', 'A_KEY optional x'],
  ['a.py', 'os.getenv(\n    "A_KEY",\n    "x",\n)', 'A_KEY optional x'],
  ['a.py', 'if "A_KEY" in os.environ:', 'A_KEY optional'],
  ['a.py', 'env("A_KEY")', 'A_KEY required'],
  ['a.py', 'env.bool("A_KEY", default=False)', 'A_KEY optional False'],
  ['a.py', 'config("A_KEY", cast=bool)', 'A_KEY required'],
  ['a.py', 'config("A_KEY", default="x")', 'A_KEY optional x'],
  ['a.rb', 'ENV["A_KEY"]', 'A_KEY unsaid'],
  ['a.rb', "ENV.fetch('A_KEY')", 'A_KEY required'],
  ['a.rb', "ENV.fetch('A_KEY', nil)", 'A_KEY optional nil'],
  ['a.rb', "ENV.fetch('A_KEY') { 'x' }", 'A_KEY optional x'],
  ['a.rb', 'ENV["A_KEY"] || "x"', 'A_KEY optional x'],
  ['a.rb', "ENV.key?('A_KEY')", 'A_KEY optional'],
  ['a.rb', "ENV.values_at('A_KEY', 'B_KEY')", 'A_KEY unsaid, B_KEY unsaid'],
  ['config/database.yml', '  url: <%= ENV.fetch("A_KEY") %>', 'A_KEY required'],
  ['a.go', 'os.Getenv("A_KEY")', 'A_KEY unsaid'],
  ['a.go', 'v, ok := os.LookupEnv("A_KEY")', 'A_KEY optional'],
  ['a.go', 'Key string `env:"A_KEY,required"`', 'A_KEY required'],
  ['a.go', 'Key string `env:"A_KEY" envDefault:"x"`', 'A_KEY optional x'],
  ['a.go', 'Key string `envconfig:"A_KEY" required:"true"`', 'A_KEY required'],
  ['a.go', 'viper.BindEnv("key", "A_KEY")', 'A_KEY unsaid'],
  ['a.rs', 'let a = env::var("A_KEY").expect("set it");', 'A_KEY required'],
  ['a.rs', 'let a = std::env::var("A_KEY").unwrap_or_default();', 'A_KEY optional'],
  ['a.rs', 'option_env!("A_KEY")', 'A_KEY optional'],
  ['a.rs', '#[arg(long, env = "A_KEY")]', 'A_KEY optional'],
  ['config/runtime.exs', 'System.fetch_env!("A_KEY")', 'A_KEY required'],
  ['config/runtime.exs', 'System.get_env("A_KEY") ||\n  raise "no key"', 'A_KEY required'],
  ['config/runtime.exs', 'System.get_env("A_KEY", "x")', 'A_KEY optional x'],
  ['a.php', "'key' => env('A_KEY', 'x')", 'A_KEY optional x'],
  ['a.php', "$_ENV['A_KEY']", 'A_KEY unsaid'],
  ['config/services.yaml', "key: '%env(resolve:A_KEY)%'", 'A_KEY required'],
  ['A.java', 'System.getenv("A_KEY")', 'A_KEY unsaid'],
  ['src/main/resources/application.yml', 'key: ${A_KEY}', 'A_KEY required'],
  ['src/main/resources/application.yml', 'key: ${A_KEY:x}', 'A_KEY optional x'],
  ['A.cs', 'Environment.GetEnvironmentVariable("A_KEY") ?? throw new Exception();', 'A_KEY required'],
  ['entrypoint.sh', 'echo "${A_KEY:?must be set}"', 'A_KEY required'],
  ['entrypoint.sh', 'echo "${A_KEY:-x}"', 'A_KEY optional x'],
])('%s: %s', (path, text, expected) => {
  expect(reads(path, text).join(', ')).toBe(expected)
})

test.each([
  ['a.ts', '// process.env.A_KEY'],
  ['a.ts', '/* process.env.A_KEY\n   process.env.B_KEY */'],
  ['a.ts', 'process.env.A_KEY = "x"'],
  ['a.ts', 'process.env.lower'],
  ['a.ts', 'const url = "https://x/process"; translate("A_KEY")'],
  ['a.py', '"""Set os.environ["A_KEY"] first."""'],
  ['a.py', 'os.environ["A_KEY"] = "x"'],
  ['a.py', 'x = 1  # os.environ["A_KEY"]'],
  ['a.rb', '# ENV.fetch("A_KEY")'],
  ['a.rb', 'ENV["A_KEY"] = "x"'],
  ['a.md', 'process.env.A_KEY'],
])('%s: %s reads nothing', (path, text) => {
  expect(reads(path, text)).toEqual([])
})

test('a settings class is read by its fields, prefix and aliases', () => {
  const text = `class Shop(BaseSettings):
    """What the shop needs."""

    model_config = SettingsConfigDict(env_prefix="SHOP_", env_file=".env")

    url: str
    token: SecretStr = Field(..., repr=False)
    name: str = Field(
        "shop",
        description="x",
    )
    level: str | None = None
    dsn: str = Field(validation_alias=AliasChoices("DSN", "SENTRY_DSN"))
    kinds: ClassVar[list[str]] = []

    @property
    def other(self) -> str:
        local: str = "x"
        return local


class More(Shop):
    extra_key: int


class Order(BaseModel):
    count: int
`
  expect(reads('app/settings.py', text)).toEqual([
    'SHOP_URL required',
    'SHOP_TOKEN required',
    'SHOP_NAME optional shop',
    'SHOP_LEVEL optional None',
    'DSN required',
    'SENTRY_DSN required',
    'SHOP_EXTRA_KEY required',
  ])
})

test('schemas of t3-env, envalid and zod are read by their entries', () => {
  const t3 = `export const env = createEnv({
  server: {
    A_KEY: z.string().min(1),
    B_KEY: z
      .string()
      .optional(),
    C_KEY: z.string().default('x'),
  },
  runtimeEnv: { A_KEY: process.env.A_KEY },
})
`
  expect(reads('src/env.ts', t3)).toEqual(['A_KEY required', 'B_KEY optional', 'C_KEY optional x'])
  expect(reads('src/env.js', "cleanEnv(process.env, {\n  A_KEY: str(),\n  B_KEY: num({ default: '3' }),\n})\n")).toEqual([
    'A_KEY required',
    'B_KEY optional 3',
  ])
  expect(reads('src/order.ts', 'const order = z.object({\n  A_KEY: z.string(),\n})\n')).toEqual([])
})

test('a wrapper is a reader once it is learned', () => {
  expect(reads('a.rb', 'GlobalConfig.get("A_KEY")')).toEqual([])
  expect(reads('a.rb', 'GlobalConfig.get("A_KEY")', ['GlobalConfig.get'])).toEqual(['A_KEY unsaid'])
  expect(reads('a.rb', 'GlobalConfig.get("A_KEY", "x")', ['GlobalConfig.get'])).toEqual(['A_KEY optional x'])
})

test('comments go, and what only looks like one stays', () => {
  expect(withoutComments('a.ts', 'a // b\nconst u = "https://x" /* c */ + d\n/* e\nf */ g')).toEqual([
    'a ',
    `const u = "https://x" ${' '.repeat(7)} + d`,
    '',
    '     g',
  ])
  expect(withoutComments('a.py', 'a = "#" # b\n"""c\nd"""\ne')).toEqual(['a = "#" ', '', '', 'e'])
  expect(withoutComments('a.py', 'x = """\nENV\n"""\ny  # z')).toEqual(['x = """', 'ENV', '"""', 'y  '])
})

test('hostile input ends in time', () => {
  const start = performance.now()
  const lines = [
    '('.repeat(50_000),
    '_'.repeat(50_000),
    `x("${'A_'.repeat(20_000)}`,
    `${'a.'.repeat(20_000)}(`,
    '`'.repeat(50_000),
    '${A:'.repeat(10_000),
  ]
  for (const path of ['a.ts', 'a.py', 'a.rb', 'a.go', 'a.rs', 'a.sh', 'config/a.yml'])
    for (const line of lines) readsOf(path, `env Settings createEnv\n${line}\n`)
  readsOf('a.ts', 'process.env.A_KEY\n'.repeat(50_000))
  expect(performance.now() - start).toBeLessThan(10_000)
})

test('environments are told apart by their files’ names', () => {
  expect(siblingsOf('backend/fly.toml', ['backend/fly.toml', 'backend/fly.staging.toml', 'fly.toml', 'backend/fly.review.toml'])).toEqual([
    'backend/fly.staging.toml',
  ])
  expect(siblingsOf('.env.production', ['.env', '.env.staging', '.env.test', '.env.production.example'])).toEqual(['.env.staging'])
  expect(siblingsOf('deploy/staging/fly.toml', ['deploy/production/fly.toml'])).toEqual(['deploy/production/fly.toml'])
  expect(isEnvironmentFile('.env.example')).toBe(false)
  expect([...givenKeys('fly.toml', 'app = "a"\nREGION = "x"\n[env]\n  A_KEY = "x"\n[build.args]\nNODE = "1"\n').keys()]).toEqual(['A_KEY'])
})

const FLY = 'app = "shop"\n\n[env]\n  LEVEL = "info"\n'

const truthWith = (...names: string[]): Truth => ({
  kind: 'fly',
  app: 'shop',
  org: null,
  hostname: null,
  releases: [],
  machines: [],
  secrets: names.map((name) => ({ name, digest: '0', status: 'Deployed' })),
})

const seen = async (repo: Repo, truth: Truth | null = null, over: Partial<Settings> = {}) => {
  const settings = makeSettings({ root: repo.root, ...over })
  const reading = await readingOf(repo, { settings })
  const facts = await factsOf(reading.seen, { truth, state: null, now: 0 })
  const findings = judge(facts, { rules: allRules(), severities: {}, accept: [], config: null, today: '2026-05-01' })
  return findings.filter(({ rule }) => rule.startsWith('env-'))
}

const said = async (...args: Parameters<typeof seen>) =>
  (await seen(...args)).map(({ severity, rule, subject }) => `${severity} ${rule}:${subject}`)

test('a required key that production is known to lack is asked about, also where the work tree has it', async () => {
  const repo = makeRepo({ 'fly.toml': FLY, 'app/pay.rb': 'pay\n', '.gitignore': '.env\n', '.dockerignore': '.env\n' })
  repo.commit('Pay', { 'app/pay.rb': "pay(ENV.fetch('STRIPE_KEY'))\n" })
  repo.write({ '.env': 'STRIPE_KEY=sk_123\n' })
  const [finding] = await seen(repo, truthWith('DATABASE_URL'))
  expect(finding).toMatchObject({
    severity: 'ask',
    rule: 'env-key-lacking',
    subject: 'STRIPE_KEY',
    place: { file: 'app/pay.rb', line: 1 },
    fact: 'app/pay.rb:1 newly reads STRIPE_KEY, which is required, and production lacks it.',
  })
  expect(JSON.stringify(finding)).not.toContain('sk_123')
  expect(await said(repo, truthWith('STRIPE_KEY'))).toEqual([])
  expect(await said(repo, null)).toEqual(['note env-key-documented:STRIPE_KEY'])
  expect(await said(repo, truthWith(), { env: { ...makeSettings().env, required: ['STRIPE_KEY'] } })).toEqual([])
})

test('what is not in the image, or is built in, is no matter of the target’s secrets', async () => {
  const repo = makeRepo({ 'fly.toml': FLY, '.dockerignore': 'web\n', 'web/a.ts': 'a\n', 'src/b.ts': 'b\n' })
  repo.commit('Read', { 'web/a.ts': "requireEnv('WEB_KEY')\n", 'src/b.ts': "requireEnv('NEXT_PUBLIC_KEY')\n" })
  expect((await said(repo, truthWith())).sort()).toEqual(['warn env-key-new:NEXT_PUBLIC_KEY', 'warn env-key-new:WEB_KEY'])
})

test('a learned wrapper reads keys, in a real repository', async () => {
  const known = ['A_ONE', 'A_TWO', 'A_THREE']
  const files = {
    'fly.toml': FLY,
    '.env.example': known.map((key) => `${key}=\n`).join(''),
    'app/old.rb': known.map((key) => `GlobalConfig.get("${key}")\n`).join(''),
    'app/new.rb': 'x\n',
  }
  const repo = makeRepo(files)
  repo.commit('Read', { 'app/new.rb': 'GlobalConfig.get("A_FOUR")\nI18n.get("A_FIVE")\n' })
  expect(await said(repo)).toEqual(['note env-key-unsaid:A_FOUR'])
})

test('a settings class in another file, and a key that moves, are nothing new', async () => {
  const repo = makeRepo({ 'fly.toml': FLY, 'app/a.py': 'class S(BaseSettings):\n    stripe_key: str\n', 'app/b.py': 'x\n' })
  repo.commit('Move', { 'app/a.py': null, 'app/b.py': 'class S(BaseSettings):\n    stripe_key: str\n    other_key: str\n' })
  expect(await said(repo)).toEqual(['warn env-key-new:OTHER_KEY'])
})

test('without a base one list says what is read and not provided, and what is provided and not read', async () => {
  const repo = makeRepo({
    'fly.toml': FLY.replace('LEVEL', 'LEVEL_KEY'),
    '.env.example': 'OLD_KEY=\nSET_KEY=\n',
    'app/mail.rb': "mail(ENV['MAIL_KEY'], ENV['LEVEL_KEY'], ENV['SET_KEY'], ENV['PORT'])\n",
    'app/pay.rb': "pay(ENV.fetch('STRIPE_KEY'))\n",
  })
  const settings = makeSettings({ root: repo.root })
  const { seen: whole } = await rangeOf({ git: repo.git, settings, root: repo.root }, { base: null, head: 'main' })
  const facts = await factsOf(whole, { truth: null, state: null, now: 0 })
  expect(facts.filter(({ kind }) => kind.startsWith('env-')).map(({ kind, data }) => [kind, data.keys])).toEqual([
    ['env-audit-unprovided', 'STRIPE_KEY and MAIL_KEY'],
    ['env-audit-unread', 'OLD_KEY'],
  ])
})

test('a change that reads no key asks for nothing', async () => {
  const repo = makeRepo({ 'a.css': 'a\n', 'src/a.ts': 'a\n' })
  repo.commit('x', { 'a.css': 'b\n', 'src/a.ts': 'b(1)\n', 'README.md': 'process.env.A_KEY\n' })
  const { seen: glimpse } = await rangeOf(
    { git: repo.git, settings: makeSettings({ root: repo.root }), root: repo.root },
    { base: 'HEAD~1', head: 'main' },
  )
  for (const { name, wants } of DETECTORS)
    if (name.startsWith('env-'))
      expect([name, await wants?.(glimpse)]).toEqual([name, name === 'env-uneven' ? { texts: [] } : wants ? {} : undefined])
})
