/** How `fly deploy` reads its flags (flyctl 0.4.9x): which take a value, which do not, and their other names. */

const VALUE = new Set(
  (
    'app config image strategy image-label wait-timeout release-command-timeout lease-timeout max-unavailable file-local file-literal ' +
    'file-secret primary-region regions exclude-regions only-machines exclude-machines process-groups label max-concurrent ' +
    'immediate-max-concurrent volume-initial-size signal deploy-retries builder-pool export-manifest from-manifest depot-scope buildkit-addr ' +
    'buildkit-image dockerfile ignorefile build-target build-arg build-secret env compression compression-level build-context-warn-size ' +
    'buildpacks-docker-host buildpacks-volume vm-size vm-cpus vm-cpu-kind vm-memory vm-max-memory vm-gpus vm-gpu-kind host-dedication-id access-token'
  ).split(' '),
)

/** `depot` takes a value only as `--depot=VALUE`. */
const BARE = new Set(
  (
    'detach build-only push force-machines ha smoke-checks dns-checks no-public-ips flycast update-only skip-release-command yes now ' +
    'remote-only local-only depot nixpacks buildkit wg https-failover no-cache recreate-builder verbose debug help'
  ).split(' '),
)

const OTHER_NAMES: Readonly<Record<string, string>> = {
  'only-regions': 'regions',
  'auto-confirm': 'yes',
  'http-failover': 'https-failover',
  cpus: 'vm-cpus',
  memory: 'vm-memory',
}

const LETTERS: Readonly<Record<string, string>> = {
  a: 'app',
  c: 'config',
  i: 'image',
  s: 'signal',
  e: 'env',
  t: 'access-token',
  y: 'yes',
  h: 'help',
}

/** One flag or positional as given: `words` are its words, `name` its long name (null: positional). */
export interface Item {
  name: string | null
  value: string | null
  known: boolean
  words: string[]
}

/** An unknown flag is taken to use the next word unless that begins with a dash: newer versions of fly have flags of either kind. */
const wants = (name: string): 'value' | 'none' | 'maybe' => (VALUE.has(name) ? 'value' : BARE.has(name) ? 'none' : 'maybe')

const take = (name: string, word: string, rest: string | null, next: string | undefined): Item => {
  const known = wants(name) !== 'maybe'
  if (rest !== null) return { name, value: rest, known, words: [word] }
  const uses = next !== undefined && (wants(name) === 'value' || (wants(name) === 'maybe' && !next.startsWith('-')))
  return uses ? { name, value: next, known, words: [word, next] } : { name, value: null, known, words: [word] }
}

const long = (word: string, next: string | undefined): Item => {
  const eq = word.indexOf('=')
  const given = word.slice(2, eq < 0 ? undefined : eq)
  return take(OTHER_NAMES[given] ?? given, word, eq < 0 ? null : word.slice(eq + 1), next)
}

/** `-yaNAME`, `-a NAME`, `-a=NAME`: letters without a value may stand before the last one. */
const short = (word: string, next: string | undefined): Item[] => {
  const items: Item[] = []
  for (let i = 1; i < word.length; i += 1) {
    const name = LETTERS[word[i]!] ?? word[i]!
    const rest = word.slice(i + 1)
    const own = `-${word.slice(i)}`
    if (wants(name) === 'value' || rest === '' || rest.startsWith('=')) {
      const value = rest === '' ? null : rest.replace(/^=/, '')
      return [...items, take(name, own, value, next)]
    }
    items.push({ name, value: null, known: wants(name) === 'none', words: [`-${word[i]}`] })
  }
  return items
}

const positional = (word: string): Item => ({ name: null, value: word, known: true, words: [word] })

/** Splits the arguments of `fly deploy` the way fly does. `--` ends the flags and is dropped. Never throws: what fly would refuse is kept. */
export const readItems = (args: readonly string[]): Item[] => {
  const items: Item[] = []
  for (let i = 0; i < args.length; i += 1) {
    const word = args[i]!
    if (word === '--') return [...items, ...args.slice(i + 1).map(positional)]
    const read = word.startsWith('--') ? [long(word, args[i + 1])] : /^-./.test(word) ? short(word, args[i + 1]) : [positional(word)]
    items.push(...read)
    i += (read.at(-1)?.words.length ?? 1) - 1
  }
  return items
}
