import type { SeenFiles, SeenSmoke } from './suggestion.ts'

/** Commands that may show, here, that the app works. Those that say so in their name come first, test suites last. */

const scriptsOf = (text: string | null): Record<string, string> => {
  try {
    const { scripts } = JSON.parse(text ?? '{}') as { scripts?: unknown }
    return Object.fromEntries(Object.entries(scripts ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  } catch {
    return {}
  }
}

const runnerOf = (has: (path: string) => boolean): string =>
  has('pnpm-lock.yaml') ? 'pnpm run' : has('yarn.lock') ? 'yarn run' : has('bun.lock') || has('bun.lockb') ? 'bun run' : 'npm run'

const nodeSmokes = (text: string | null, has: (path: string) => boolean): SeenSmoke[] => {
  const scripts = scriptsOf(text)
  const runner = runnerOf(has)
  return ['smoke', 'test:smoke', 'smoke:test', 'test:e2e', 'test']
    .filter((name) => scripts[name] !== undefined && !/no test specified/.test(scripts[name] ?? ''))
    .map((name) => ({ name, run: `${runner} ${name}`, from: 'package.json' }))
}

const pythonRunner = (has: (path: string) => boolean): string =>
  has('uv.lock') ? 'uv run ' : has('poetry.lock') ? 'poetry run ' : has('Pipfile.lock') ? 'pipenv run ' : ''

const pythonSmokes = ({ paths, text }: SeenFiles, has: (path: string) => boolean): SeenSmoke[] => {
  const prefix = pythonRunner(has)
  const manifests = paths.filter((path) => /^(?:pyproject\.toml|requirements[\w.-]*\.txt|pytest\.ini|setup\.cfg|Pipfile)$/.test(path))
  const pytest = manifests.some((path) => /\bpytest\b/.test(text(path) ?? '')) || has('pytest.ini')
  return [
    ...(has('manage.py') ? [{ name: 'django', run: `${prefix}python manage.py check --database default`, from: 'manage.py' }] : []),
    ...(pytest ? [{ name: 'tests', run: `${prefix}python -m pytest -q`, from: manifests[0] ?? 'pytest.ini' }] : []),
  ]
}

const rubySmokes = ({ paths, text }: SeenFiles, has: (path: string) => boolean): SeenSmoke[] => {
  if (!has('Gemfile')) return []
  const gems = text('Gemfile') ?? ''
  const rails = has('bin/rails')
  const folder = (name: string) => paths.some((path) => path.startsWith(`${name}/`))
  return [
    ...(rails ? [{ name: 'boots', run: 'bin/rails runner "ActiveRecord::Base.connection.execute(%(select 1))"', from: 'bin/rails' }] : []),
    ...(/\brspec\b|\brspec-/.test(gems) && folder('spec') ? [{ name: 'tests', run: 'bundle exec rspec', from: 'Gemfile' }] : []),
    ...(rails && folder('test') ? [{ name: 'tests', run: 'bin/rails test', from: 'test/' }] : []),
  ]
}

const INTERPRETERS: Readonly<Record<string, string>> = {
  py: 'python ',
  rb: 'bundle exec ruby ',
  js: 'node ',
  mjs: 'node ',
  cjs: 'node ',
  ts: 'npx tsx ',
  sh: 'sh ',
}

/** Scripts that call themselves a smoke, and pipelines that a script runs once. */
const scriptSmokes = ({ paths }: SeenFiles, has: (path: string) => boolean): SeenSmoke[] =>
  paths.flatMap((path) => {
    const match = /^(?:bin|scripts?|tools)\/(?:[\w-]*smoke[\w-]*|run_pipeline)(?:\.(\w+))?$/.exec(path)
    if (!match || /[^\w./-]/.test(path)) return []
    const how = match[1] === undefined ? './' : INTERPRETERS[match[1]]
    if (how === undefined) return []
    return [
      { name: /smoke/.test(path) ? 'smoke' : 'pipeline', run: `${match[1] === 'py' ? pythonRunner(has) : ''}${how}${path}`, from: path },
    ]
  })

const makeSmokes = (text: string | null): SeenSmoke[] =>
  ['smoke', 'test']
    .filter((name) => new RegExp(`^${name}:`, 'm').test(text ?? ''))
    .map((name) => ({ name, run: `make ${name}`, from: 'Makefile' }))

const others = (has: (path: string) => boolean): SeenSmoke[] =>
  [
    ['mix.exs', 'mix test'],
    ['go.mod', 'go test ./...'],
    ['Cargo.toml', 'cargo test --quiet'],
  ].flatMap(([file, run]) => (file && run && has(file) ? [{ name: 'tests', run, from: file }] : []))

const ORDER = ['smoke', 'pipeline', 'boots', 'django']

const rank = ({ name }: SeenSmoke): number => {
  const at = ORDER.findIndex((word) => name.includes(word))
  return at === -1 ? ORDER.length : at
}

/** Candidates for `test.smoke`, best first. */
export const detectSmokes = (files: SeenFiles): SeenSmoke[] => {
  const all = new Set(files.paths)
  const has = (path: string): boolean => all.has(path)
  const found = [
    ...scriptSmokes(files, has),
    ...nodeSmokes(has('package.json') ? files.text('package.json') : null, has),
    ...pythonSmokes(files, has),
    ...rubySmokes(files, has),
    ...makeSmokes(has('Makefile') ? files.text('Makefile') : null),
    ...others(has),
  ]
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, 6)
}
