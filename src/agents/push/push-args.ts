/** The words after `git push`, taken apart. */
export interface PushArgs {
  remote: string | null
  refspecs: readonly string[]
  all: boolean
  mirror: boolean
  tags: boolean
  /** Null where only the settings say. */
  followTags: boolean | null
  deletes: boolean
  /** It shows what it would do, or its help. */
  dry: boolean
  /** `-o`: what the host is told, `ci.skip` say. */
  told: readonly string[]
}

const LONGS = [
  'all',
  'atomic',
  'branches',
  'delete',
  'dry-run',
  'exec',
  'follow-tags',
  'force',
  'force-if-includes',
  'force-with-lease',
  'help',
  'ipv4',
  'ipv6',
  'mirror',
  'no-verify',
  'porcelain',
  'progress',
  'prune',
  'push-option',
  'quiet',
  'receive-pack',
  'recurse-submodules',
  'repo',
  'set-upstream',
  'signed',
  'tags',
  'thin',
  'verbose',
  'verify',
]
/** Those whose value may be the next word. */
const VALUED = new Set(['repo', 'push-option', 'receive-pack', 'exec', 'recurse-submodules'])

/** Git takes a long option by any beginning that no other has. */
const longOf = (word: string): string => {
  if (LONGS.includes(word)) return word
  const fitting = LONGS.filter((long) => long.startsWith(word))
  return fitting.length === 1 ? fitting[0]! : word
}

const SHORTS: Readonly<Record<string, string>> = { n: 'dry-run', d: 'delete', h: 'help', o: 'push-option' }

interface Option {
  name: string
  value: string | null
}

/** `-fuo x`, `--push-option=x`, `--no-tags` */
const optionsOf = (word: string): Option[] => {
  if (word.startsWith('--')) {
    const at = word.indexOf('=')
    const name = word.slice(2, at < 0 ? undefined : at)
    return [{ name: longOf(name), value: at < 0 ? null : word.slice(at + 1) }]
  }
  const found: Option[] = []
  for (let at = 1; at < word.length; at += 1) {
    const name = SHORTS[word[at]!] ?? word[at]!
    if (name !== 'push-option') found.push({ name, value: null })
    else return [...found, { name, value: word.slice(at + 1) || null }]
  }
  return found
}

/** The words after `git push`: its options, the remote, what is pushed. */
export const readPushArgs = (words: readonly string[]): PushArgs => {
  const options: Option[] = []
  const plain: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!
    if (word === '--') {
      plain.push(...words.slice(at + 1))
      break
    }
    if (!word.startsWith('-') || word === '-') {
      plain.push(word)
      continue
    }
    const found = optionsOf(word)
    const last = found.at(-1)
    if (last && last.value === null && VALUED.has(last.name)) last.value = words[++at] ?? ''
    options.push(...found)
  }
  // The last word on a matter counts: `--no-dry-run` takes it back.
  const said = (name: string): boolean | null => {
    const last = options.findLast((one) => one.name === name || one.name === `no-${name}`)
    return last ? last.name === name : null
  }
  const values = (name: string): string[] => options.flatMap((one) => (one.name === name ? [one.value ?? ''] : []))
  return {
    remote: plain[0] ?? values('repo').at(-1) ?? null,
    refspecs: joinTags(plain.slice(1)),
    all: said('all') === true || said('branches') === true,
    mirror: said('mirror') === true,
    tags: said('tags') === true,
    followTags: said('follow-tags'),
    deletes: said('delete') === true,
    dry: said('dry-run') === true || said('help') === true,
    told: values('push-option'),
  }
}

/** `tag v1` is one thing in two words. */
const joinTags = (words: readonly string[]): string[] =>
  words.flatMap((word, at) => (word === 'tag' && at + 1 < words.length ? [] : words[at - 1] === 'tag' ? [`refs/tags/${word}`] : [word]))
