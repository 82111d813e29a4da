import { loaderLinesOf } from '../detectors/loader-line.ts'
import type { Glimpse, Mention, Wants } from '../sight.ts'
import type { Proof } from './convention.ts'
import { folderOf, nameOfPath } from './files.ts'
import { proved, spokenPlace, wantProof } from './proof.ts'
import { readerAt } from './readers.ts'
import { wordsFor } from './still-read.ts'

const ENV_FILE = /(?:^|\/)\.env(?:\.[\w.-]+)?$/
const SAMPLE =
  /\.(?:example|sample|template|tmpl|tpl|dist|defaults?|schema|keys?|vault|md|txt|j2|erb|ts|js|py|rb|sh)$|example|sample|template/i
const AT_WORK = /\.(?:dev|development|local|test|testing|ci|e2e|cypress|playwright|storybook|docker|debug)(?:\.|$)|[.-](?:dev|test|local)$/i
const WORKSHOP = /(?:^|\/)(?:\.devcontainer|\.github|\.vscode|examples?|docs?|tests?|e2e|demos?|docker-dev|dev)\//

/** An env file that is no sample. */
export const isEnvFile = (path: string): boolean => ENV_FILE.test(path) && !SAMPLE.test(nameOfPath(path)) && !WORKSHOP.test(path)

/** One that only people at work load. */
export const isAtWork = (path: string): boolean => AT_WORK.test(nameOfPath(path))

/** What loads env files beside it without a line that says so. */
const FRAMEWORKS: readonly [name: string, proof: Proof, when: string][] = [
  ['Next.js', { npm: 'next' }, 'at build and start'],
  ['Vite', { npm: 'vite' }, 'at build'],
  ['Astro', { npm: 'astro' }, 'at build'],
  ['Nuxt', { npm: 'nuxt' }, 'at build'],
  ['SvelteKit', { npm: '@sveltejs/kit' }, 'at build'],
  ['Create React App', { npm: 'react-scripts' }, 'at build'],
  ['Gatsby', { npm: 'gatsby' }, 'at build'],
  ['@nestjs/config', { npm: '@nestjs/config' }, 'at start'],
  ['Vue CLI', { npm: '@vue/cli-service' }, 'at build'],
  ['Expo', { npm: 'expo' }, 'at build'],
  ['Laravel', { text: 'laravel/framework', in: /composer\.json$/ }, 'at start'],
  ['Symfony', { text: 'symfony/dotenv', in: /composer\.json$/ }, 'at start'],
  // In a group of the Gemfile it is indented, and most are for development.
  ['dotenv-rails', { text: 'dotenv', in: /Gemfile$/, line: /^gem\s+["']dotenv(?:-rails)?["'](?!.*group)/ }, 'at start'],
  ['python-decouple', { text: 'from decouple import', in: /\.py$/ }, 'at start'],
]
const PROOFS = FRAMEWORKS.map(([, proof]) => proof)
/** Literal parts of what loaders look like. */
const WORDS = [
  'load_dotenv',
  'dotenv_values',
  'read_env',
  'env_file',
  'RepositoryEnv',
  'dotenv',
  'env-file',
  'loadEnvFile',
  'Dotenv',
  'env-cmd',
  'EnvironmentFile',
]

export const wantEnvFile = (path: string, listing: Glimpse['listing']): Wants => {
  const { texts = [], mentions = [] } = wantProof(path, PROOFS, listing)
  return { texts, mentions: [...mentions, ...WORDS, ...wordsFor(path, listing)] }
}

/** Who loads this file, as a sentence's end; null where nobody is seen to. */
export const envReader = (path: string, sight: Glimpse): string | null => {
  const line = loadingLine(path, sight)
  if (line) return `${line.path}:${line.line} loads it`
  for (const [name, proof, when] of FRAMEWORKS) {
    const place = proved(path, [proof], sight)
    if (place && folderOf(place.file) === folderOf(path)) return `${name} (${spokenPlace(place)}) reads it ${when}`
  }
  return null
}

const loadingLine = (path: string, sight: Glimpse): Mention | null => {
  const [name, folder] = [nameOfPath(path), folderOf(path)]
  const near = (one: Mention): boolean => folder === '' || one.path.startsWith(`${folder}/`) || folderOf(one.path) === ''
  for (const word of [...WORDS, ...wordsFor(path, sight.listing)]) {
    const found = sight.mentions(word).find((one) => near(one) && readerAt(one.path) !== null && loads(one, name))
    if (found) return found
  }
  return null
}

/** The line loads a file of exactly this name; a gem in a group of development does not in production. */
const loads = ({ path, line, text }: Mention, name: string): boolean =>
  loaderLinesOf(path, [{ n: line, text }]).some(({ argument }) =>
    argument.split(/[\s,"'`]+/).some((one) => nameOfPath(one.replace(/^.*[/}]/, '')) === name),
  )
