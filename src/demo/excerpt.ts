/** Which lines of a long output are shown: from the first that matches `from`, up to the one before `until`. */
export interface Excerpt {
  from?: RegExp
  until?: RegExp
  /** What stands for the lines before. */
  before: string
}

/** A line with how it feels, as the plain view that a child speaks in cannot say it. */
export interface Shown {
  text: string
  tone: 'plain' | 'good' | 'warn' | 'bad' | 'dim'
}

/** The child output of a guarded command is marked so by its plain view. */
const CHILD = '  │ '
/** What fly says while it deploys: these lines tell, the others are counted. */
const FLY_BEGINS = /^ {2}│ ==> Verifying app config/
const FLY_TELLS = /^ {2}│ (?:No machines|Updating existing|Searching for image|Machine \w+ (?:creation|update))/

const TONES: readonly (readonly [RegExp, Shown['tone']])[] = [
  [/^ {2}│ |^ {2}note /, 'dim'],
  [/^LIVE |^ +probe .* passed|: Ready\./, 'good'],
  [/^HALTED |^Halted|: Halted|^[A-Z]+ +refused|^ {2}block |^ +probe .* failed/, 'bad'],
  [/^ {2}ask |^ +suspect: /, 'warn'],
]

const dim = (text: string): Shown => ({ text, tone: 'dim' })
const spoken = (text: string): Shown => ({ text, tone: TONES.find(([pattern]) => pattern.test(text))?.[1] ?? 'plain' })

/** Lines of a command as they come, cut to the excerpt; what is left out is counted or named. */
export const makeExcerpt = ({ from, until, before }: Partial<Excerpt>): { take(line: string): Shown[]; end(): Shown[] } => {
  const state = { begun: from === undefined, ended: false, skipped: 0, inFly: false, fly: 0 }
  const flyEnds = (): Shown[] => {
    const { fly } = state
    state.inFly = false
    state.fly = 0
    return fly > 0 ? [dim(`${CHILD}(and ${fly} more lines of fly)`)] : []
  }
  const take = (line: string): Shown[] => {
    if (!state.begun && from?.test(line)) {
      state.begun = true
      return [...(before ? [dim(before)] : []), ...shown(line)]
    }
    if (state.begun && until?.test(line)) state.ended = true
    if (state.begun && !state.ended) return shown(line)
    if (state.ended) state.skipped += 1
    return []
  }
  const shown = (line: string): Shown[] => {
    if (FLY_BEGINS.test(line)) state.inFly = true
    if (!state.inFly) return [spoken(line)]
    if (!line.startsWith(CHILD.trimEnd())) return [...flyEnds(), spoken(line)]
    if (FLY_TELLS.test(line)) return [dim(line)]
    state.fly += 1
    return []
  }
  const end = (): Shown[] => [...flyEnds(), ...(state.skipped > 0 ? [dim(`  … ${state.skipped} more lines, left out here`)] : [])]
  return { take, end }
}

/** A word as it is typed: `--because="Fix it"`. The texts of the story hold no quotes. */
export const typed = (word: string): string => {
  if (!/[\s;|&$()<>*?]/.test(word)) return word
  const [, flag = '', text = ''] = /^(--[\w-]+(?::[^=]*)?=(?:[\w-]+(?::[^=]*)?=)?)?(.*)$/s.exec(word) ?? []
  return `${flag}"${text}"`
}
