import { isQuiet } from '../area.ts'

/** What runs a file: production, only a developer's machine, or a tool beside the app. */
export type Role = 'production' | 'tool' | 'quiet'

/** Run by people on their machines: nothing of it is deployed. */
const DEVELOPMENT =
  /(?:^|\/)(?:(?:docker-)?compose[^/]*[._-](?:dev|development|test|testing|local|override|ci|e2e|example|sample|template)[^/]*\.ya?ml|Dockerfile[._-](?:dev|test|ci|local)[^/]*|(?:dev|test)\.Dockerfile|Procfile\.(?:dev|test|local)|config\/environments\/(?:development|test)\.rb|bin\/(?:dev|setup|rspec|ci)|[^/]*[._-](?:example|sample|template)\.\w+|Makefile|[Jj]ustfile|Taskfile\.ya?ml|\.envrc|Vagrantfile|Guardfile|\.devcontainer\/.*|settings\/(?:dev|development|test|testing|local)\.py|(?:dev|test|local)_settings\.py|config\/(?:dev|test)\.exs)$/
/** Names of tests and stories that no folder gives away. */
const TESTS =
  /(?:^|\/)(?:[\w-]*tests?|testing|test-\w+|mocks?|__mocks__|stories|storybook|\.storybook|cypress|playwright)\/|\.(?:stories|mock|cy)\.\w+$|(?:^|\/)(?:integration|acceptance|features)\/(?:[\w.-]+\/)*tests?\.\w+$|(?:^|\/)tests?\.py$/i
/** Beside the app: run by hand, by a release step, or by a test runner. */
const TOOL =
  /(?:^|\/)(?:scripts?|tools?|tooling|hack|devtools|benchmarks?|bench|notebooks?|playground|seeds?)\/|(?:^|\/)(?:vitest|jest|playwright|cypress|drizzle|knexfile|ormconfig|codegen|graphql\.config|wdio|karma|stryker|checkly|seed|seeds|noxfile|fabfile|tasks|global-?(?:setup|teardown))[\w.-]*\.(?:[cm]?[jt]s|json|py|rb)$/

const known = new Map<string, Role>()

/** What runs this file, by its path. */
export const roleOf = (path: string): Role => {
  const role = known.get(path) ?? look(path)
  known.set(path, role)
  return role
}

const look = (path: string): Role =>
  isQuiet(path) || DEVELOPMENT.test(path) || TESTS.test(path) ? 'quiet' : TOOL.test(path) ? 'tool' : 'production'

/** Scripts of a package.json that nobody runs in production. */
const DEV_SCRIPT =
  /^(?:(?:pre|post)?(?:dev|test|lint|format|storybook|studio|seed|debug|watch|local|e2e|bench|typecheck|codegen|generate|coverage|playground|demo|example)(?:$|[:_.-].*)|.*[:_.-](?:dev|test|tests|e2e|local|seed|studio|watch|debug|ci|staging)$)/

/** The name of the script that a line of a package.json holds, or null. */
export const scriptOf = (line: string): string | null => /^\s*"([\w:.-]+)"\s*:\s*"/.exec(line)?.[1] ?? null

export const isDevScript = (name: string): boolean => DEV_SCRIPT.test(name)
