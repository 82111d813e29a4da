/** One instruction of a Dockerfile; `args` is everything after the word, continued lines joined. */
export interface Instruction {
  word: string
  args: string
  line: number
  /** Index of the build stage it is in; -1 before the first FROM. */
  stage: number
}

const MAX_LINE = 4000
/** Longer than any that a system takes as a command line in practice. */
const MAX_ARGS = 100_000
const HEREDOC = /<<-?\s*["']?(\w+)["']?/

/** Instructions of a Dockerfile. Comments, continuations and here-documents are taken out; parser directives are not followed. */
export const parseDockerfile = (text: string): Instruction[] => {
  const found: Instruction[] = []
  const lines = text.split('\n')
  const lineAt = (i: number): string => (lines[i] ?? '').slice(0, MAX_LINE).trimEnd()
  let stage = -1
  for (let i = 0; i < lines.length; i++) {
    const match = /^\s*([A-Za-z]+)\s+(.*)$/.exec(lineAt(i))
    if (!match) continue
    const start = i
    const parts = [match[2]!]
    let goesOn = match[2]!.endsWith('\\')
    while (goesOn && i + 1 < lines.length) {
      const next = lineAt(++i)
      const isComment = /^\s*#/.test(next)
      goesOn = isComment || next.endsWith('\\')
      if (!isComment) parts.push(next)
    }
    // Runs of spaces mean nothing, and would cost whoever looks for a word behind them the square of their length.
    const args = parts
      .map((part) => part.replace(/\\$/, ''))
      .join(' ')
      .slice(0, MAX_ARGS)
      .replace(/\s+/g, ' ')
    const end = HEREDOC.exec(args)?.[1]
    if (end && /^(?:run|copy|add)$/i.test(match[1]!)) while (i + 1 < lines.length && lineAt(++i).trim() !== end);
    const word = match[1]!.toUpperCase()
    if (word === 'FROM') stage++
    found.push({ word, args: args.trim(), line: start + 1, stage })
  }
  return found
}

/** The image of a FROM, without flags and stage name. */
const imageOf = (args: string): string => args.replace(/--\S+\s+/g, '').split(/\s+/)[0] ?? ''

/** Images of all stages, with what they were called, in order; stages built on other stages are left out. */
export const baseImages = (all: readonly Instruction[]): { image: string; line: number }[] => {
  const names = all.filter(({ word }) => word === 'FROM').map(({ args }) => /\s+as\s+(\S+)\s*$/i.exec(args)?.[1]?.toLowerCase())
  return all
    .filter(({ word }) => word === 'FROM')
    .map(({ args, line }) => ({ image: imageOf(args), line }))
    .filter(({ image }) => !names.includes(image.toLowerCase()))
}

/** Name of an image without tag and digest. */
export const imageName = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')

/** Images whose second number breaks as others' first does. */
const SECOND_COUNTS = /(?:^|\/)(?:python|ruby|golang|elixir|rust|php|alpine|postgres(?:ql)?)$/

/**
 * What of an image's tag is a major step: its first number (of languages that break by the second, both), and the name of the system, if it has one.
 */
export const imageMajor = (image: string): string => {
  const tag = /:([^/:@]+)(?:@|$)/.exec(image)?.[1] ?? 'latest'
  const [, first = '', second = ''] = /^v?(\d+)(?:\.(\d+))?/.exec(tag) ?? []
  const system = /bullseye|bookworm|trixie|buster|jammy|noble|focal|alpine(?=$|-)/.exec(tag)?.[0] ?? ''
  return `${first === '' ? tag.replace(/-.*$/, '') : first}.${SECOND_COUNTS.test(imageName(image)) ? second : ''}-${system}`
}

/** What the last stage says last of a word (CMD, ENTRYPOINT), or null. */
export const lastOf = (all: readonly Instruction[], word: string): Instruction | null => {
  const stage = all.at(-1)?.stage ?? -1
  return all.findLast((one) => one.word === word && one.stage === stage) ?? null
}

/** Keys that ENV or ARG set, over all stages. */
export const keysOf = (all: readonly Instruction[], word: 'ENV' | 'ARG'): string[] =>
  all
    .filter((one) => one.word === word)
    .flatMap(({ args }) => {
      const pairs = [...args.matchAll(/(?:^|\s)([A-Za-z_]\w*)=(?:"(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)].map((match) => match[1]!)
      return pairs.length > 0 ? pairs : [args.split(/\s+/)[0] ?? '']
    })

/** Files that COPY and ADD take from the build context, as written; patterns, variables, URLs and other stages are left out. */
export const copied = (all: readonly Instruction[]): { source: string; line: number }[] =>
  all
    .filter(({ word, args }) => (word === 'COPY' || word === 'ADD') && !/--from=/.test(args) && !HEREDOC.test(args))
    .flatMap(({ args, line }) => {
      const plain = args.replace(/^(?:--\S+\s+)+/, '')
      const words = plain.startsWith('[') ? listed(plain) : plain.split(/\s+/)
      return words.slice(0, -1).map((source) => ({ source, line }))
    })
    .filter(({ source }) => !/[*?[\]$]|^https?:|^git@/.test(source))

const listed = (text: string): string[] => [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!)
