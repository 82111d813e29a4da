import { readWords } from '../agents/fly/flags.ts'
import { readFlyArgs } from '../targets/fly/args.ts'
import type { Call } from './call.ts'
import { textOf } from './flags.ts'

const OF_APPS = /^(?:destroy|delete|remove|rm|move|suspend|resume|restart)$/

/** The app that a command names by a word of its own: `fly apps restart NAME`. */
const positionalApp = ([first = '', second = '', third]: readonly string[]): string | null => {
  if (/^apps?$/.test(first) && OF_APPS.test(second)) return third ?? null
  return /^(?:destroy|move|suspend|resume|restart)$/.test(first) && second !== '' ? second : null
}

/** What of a fly command says which app it is about, as a call is opened with it. The rest of its words are no arguments of a deploy. */
export const openingOf = (call: Pick<Call, 'flags'>, args: readonly string[]): Pick<Call, 'flags' | 'rest'> => {
  const given = readFlyArgs(args)
  const app = given.app ?? positionalApp(readWords(args).words)
  const rest = [...(app === null ? [] : ['-a', app]), ...(given.config === null ? [] : ['-c', given.config])]
  const named = textOf(call.flags, 'app') ?? app
  return { rest, flags: named === null ? call.flags : { ...call.flags, app: named } }
}
