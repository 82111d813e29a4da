/** Flags of fly's commands that take a value as their next word (flyctl 0.4.9x), and the letters that stand for them. */
const VALUE = new Set(
  (
    'app config access-token org region image strategy image-label wait-timeout release-command-timeout lease-timeout max-unavailable ' +
    'file-local file-literal file-secret primary-region regions only-regions exclude-regions only-machines exclude-machines process-groups label ' +
    'max-concurrent immediate-max-concurrent volume-initial-size signal deploy-retries builder-pool export-manifest from-manifest depot-scope ' +
    'buildkit-addr buildkit-image dockerfile ignorefile build-target build-arg build-secret env compression compression-level ' +
    'build-context-warn-size buildpacks-docker-host buildpacks-volume vm-size vm-cpus cpus vm-cpu-kind vm-memory memory vm-max-memory vm-gpus ' +
    'vm-gpu-kind host-dedication-id name size command machine process-group group user volume port metadata schedule restart id time timeout ' +
    'from copy-config-from path host expiry instance select-machine network internal-port'
  ).split(' '),
)
const BARE = new Set(['verbose', 'debug', 'help', 'version'])
const VALUE_LETTERS = new Set([...'acitoresCgunvp'])
const BARE_LETTERS = new Set([...'yjhfqw'])

/** What one flag is taken for: `maybe` may use the next word or not. */
type Uses = 'value' | 'none' | 'maybe'

const usesLong = (word: string): Uses => {
  if (word.includes('=')) return 'none'
  const name = word.slice(2)
  return VALUE.has(name) ? 'value' : BARE.has(name) ? 'none' : 'maybe'
}

/** `-yaNAME`: letters without a value may stand before the one that takes the rest of the word, or the next. */
const usesShort = (word: string): Uses => {
  for (let i = 1; i < word.length; i += 1) {
    const letter = word[i]!
    if (letter === '=') return 'none'
    if (VALUE_LETTERS.has(letter)) return i === word.length - 1 ? 'value' : 'none'
    if (!BARE_LETTERS.has(letter)) return i === word.length - 1 ? 'maybe' : 'none'
  }
  return 'none'
}

const STOPS = /^--(?<flag>build-only|no-deploy)(?:=(?<value>.*))?$/s
const isHelp = (word: string): boolean => word === '--help' || /^-[yjfqw]*h$/.test(word)

/** What is left of a fly line without its flags. */
export interface Words {
  words: string[]
  /** It only prints a help text. */
  help: boolean
  /** What ends a command before it reaches production: `--build-only` of a deploy, `--no-deploy` of a launch; the last one given decides. */
  stops: { deploy: boolean; launch: boolean }
  /** The app that `-a` names. */
  app: string | null
  /** What a flag nobody knows may have swallowed as its value: whether it did, decides what the command is. */
  swallowed: number[]
}

const appOf = (word: string, next: string | undefined): string | null =>
  word === '-a' || word === '--app' ? (next ?? null) : (/^(?:--app=|-a=?)(?<app>[^-].*)$/s.exec(word)?.groups?.app ?? null)

/**
 * Takes flags and their values out of the arguments of fly, as fly does before it looks for the command: `-a X deploy` is `deploy`.
 * A word behind a flag that is in no table is kept, and its place in `words` told in `swallowed`.
 */
export const readWords = (args: readonly string[]): Words => {
  const read: Words = { words: [], help: false, stops: { deploy: false, launch: false }, app: null, swallowed: [] }
  for (let i = 0; i < args.length; i += 1) {
    const word = args[i]!
    if (word === '--') {
      read.words.push(...args.slice(i + 1))
      break
    }
    if (!/^-./.test(word)) {
      read.words.push(word)
      continue
    }
    read.help ||= isHelp(word)
    const stop = STOPS.exec(word)?.groups
    if (stop) read.stops[stop.flag === 'build-only' ? 'deploy' : 'launch'] = (stop.value ?? 'true') === 'true'
    read.app = appOf(word, args[i + 1]) ?? read.app
    const uses = word.startsWith('--') ? usesLong(word) : usesShort(word)
    if (uses === 'value') i += 1
    else if (uses === 'maybe') read.swallowed.push(read.words.length)
  }
  return read
}
