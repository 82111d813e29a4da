import { refuse } from '../errors.ts'
import type { Run } from './call.ts'
import { textOf, textsOf } from './flags.ts'

const because = (call: Parameters<Run>[0]): string | null => textOf(call.flags, 'because')

/** Each command's own module loads when it is typed, and nothing of the others. */
const LOADERS: Readonly<Record<string, () => Promise<Run>>> = {
  ack: async () => {
    const { ack } = await import('./ack.ts')
    return async (call) =>
      ack(await call.desk(), {
        cause: textOf(call.flags, 'cause'),
        evidence: textOf(call.flags, 'evidence'),
        evidenceRun: textOf(call.flags, 'evidence-run'),
        next: textOf(call.flags, 'next'),
        paths: textsOf(call.flags, 'path'),
        outside: textOf(call.flags, 'outside'),
        override: textsOf(call.flags, 'override'),
      })
  },
  adopt: async () => {
    const { adopt } = await import('./adopt.ts')
    return async (call) => adopt(await call.desk(), because(call))
  },
  bad: async () => {
    const { bad } = await import('./bad.ts')
    return async (call) => bad(await call.desk(), because(call))
  },
  freeze: async () => {
    const [{ freeze }, { freezeUntil }] = await Promise.all([import('./freeze.ts'), import('./until.ts')])
    return async (call) => freeze(await call.desk(), freezeUntil(call.flags, call.clock.now()), because(call))
  },
  thaw: async () => {
    const { thaw } = await import('./freeze.ts')
    return async (call) => thaw(await call.desk(), because(call))
  },
}

/**
 * The command's function.
 * @throws NOT_BUILT for a name that has none in this version
 */
export const loadCommand = async (name: string): Promise<Run> => {
  const load = LOADERS[name]
  if (load) return load()
  throw refuse('NOT_BUILT', {
    what: `safe-deploy ${name} is known, but not built in this version.`,
    next: [{ argv: ['safe-deploy', '--help'], says: 'what is there' }],
  })
}
