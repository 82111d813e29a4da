import type { Call, Run } from './commands/call.ts'

/** The commands that ask a relay, and the one that writes what runs one; each loads what it needs. */
const RUNS: Readonly<Record<string, Run>> = {
  'relay status': async (call) => (await import('./commands/relay-look.ts')).relayStatus(await context(call)),
  'relay held': async (call) => (await import('./commands/relay-look.ts')).relayHeld(await context(call)),
  'relay show': async (call) => (await import('./commands/relay-look.ts')).relayShow(await context(call), call.args[0] ?? null),
  'relay release': async (call) => (await import('./commands/relay-act.ts')).relayRelease(await context(call)),
  'relay flush': async (call) => (await import('./commands/relay-act.ts')).relayFlush(await context(call)),
  'relay quiet': async (call) => {
    const { relayQuiet, wantedQuiet } = await import('./commands/relay-act.ts')
    const here = await context(call)
    return relayQuiet(here, wantedQuiet(call.flags, here))
  },
  'relay init': async (call) => {
    const [{ relayInit }, { relayInitContext }] = await Promise.all([import('./commands/relay-init.ts'), import('./relay-init-context.ts')])
    return relayInit(await relayInitContext(call))
  },
}

const context = async (call: Call) => (await import('./relay-context.ts')).relayContext(call)

/** Runs the command of a call. */
export const relayRun: Run = async (call) => {
  const run = RUNS[call.command]
  if (!run) throw new Error(`no such command: ${call.command}`)
  return run(call)
}
