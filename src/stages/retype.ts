import { withFlags } from '../errors.ts'

/**
 * A command line to be typed again, with these flags in place of what it said of them before.
 * @param flags `--name=value`, each at most once on a line
 */
export const retype = (argv: readonly string[], flags: readonly string[]): string[] => {
  const names = flags.map((flag) => flag.split('=')[0] ?? '')
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  const kept = argv.filter((word, i) => {
    if (i >= end) return true
    // `--plan DIGEST` says it in two words.
    const valueOfBefore = names.includes(argv[i - 1] ?? '') && !word.startsWith('-')
    return !valueOfBefore && !names.includes(word.split('=')[0] ?? '')
  })
  return withFlags(kept, flags)
}

/** The plan of a command line: of what it hands to the deploy tool, too, since a plan names that as well. */
export const planOf = (argv: readonly string[]): string[] => [
  'safe-deploy',
  'plan',
  ...(argv.includes('--') ? argv.slice(argv.indexOf('--')) : []),
]
