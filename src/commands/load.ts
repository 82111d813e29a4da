import { resolve } from 'node:path'
import { guardFiles } from '../adapters/guard-files.ts'
import { refuse } from '../errors.ts'
import type { Live } from '../stages/live.ts'
import type { Call, Run } from './call.ts'
import { given, textOf, textsOf } from './flags.ts'
import { meanwhile } from './meanwhile.ts'
import { status } from './status.ts'
import { freezeUntil, waitMs } from './until.ts'

/** A file that a flag names, as it was typed: from where, and with a home that the shell does not see behind `=`. */
const fileOf = (call: Call, name: string): string | null => {
  const file = textOf(call.flags, name)
  return file === null ? null : resolve(call.cwd, file.replace(/^~(?=\/)/, call.env.HOME ?? '~'))
}

const because = (call: Call): string | null => textOf(call.flags, 'because')

/** Commands that ask a relay. */
const relayRun = async (): Promise<Run> => (await import('../relay-run.ts')).relayRun

/** Each command's own module loads when it is typed, and nothing of the others; `status` alone is in the first file that loads anyway. */
const LOADERS: Readonly<Record<string, () => Promise<Run>>> = {
  deploy: async () => async (call) => {
    await call.refuseWhileHalted(!given(call.flags, 'dry-run'))
    return (await import('./deploy.ts')).deploy(call)
  },
  plan: async () => async (call) => {
    if (['base', 'head', 'all'].some((name) => given(call.flags, name))) {
      const [desk, { planRange }] = await Promise.all([call.range(), meanwhile(() => import('./plan-range.ts'))])
      return planRange(desk, call.flags)
    }
    await call.refuseWhileHalted(false)
    return (await import('./plan.ts')).plan(call)
  },
  test: async () => {
    const [{ test }, { testSubject }, { judgeFacts }, { answersOf }] = await Promise.all([
      import('./test.ts'),
      import('../stages/subject.ts'),
      import('../stages/judging.ts'),
      import('./deploy.ts'),
    ])
    return async (call) => {
      const desk = await call.desk()
      const file = (name: string) => pathFrom(call, textOf(call.flags, name))
      const subject = () => testSubject(desk, { evidenceIn: file('evidence'), out: file('out') })
      return test({
        desk,
        subject,
        judge: (facts) => judgeFacts(facts, desk.settings, desk),
        given: answersOf(call),
        evidenceRun: { command: textOf(call.flags, 'evidence-run'), run: null },
      })
    }
  },
  init: async () => {
    return async (call) => {
      if (given(call.flags, 'agents') || given(call.flags, 'check')) return initAgentsOf(call)
      const [{ initCommand }, { initContext }] = await Promise.all([import('./init.ts'), import('../init-context.ts')])
      return initCommand(await initContext(call))
    }
  },
  uninstall: async () => {
    const [{ uninstall }, { agentsContext }] = await Promise.all([import('./uninstall.ts'), import('../agents-context.ts')])
    return async (call) => uninstall(await agentsContext(call))
  },
  rollback: async () => {
    const { rollback } = await import('../stages/rollback.ts')
    return async (call) =>
      rollback(await call.desk(), {
        to: textOf(call.flags, 'to'),
        image: textOf(call.flags, 'image'),
        rebuild: given(call.flags, 'rebuild'),
        interrupt: given(call.flags, 'interrupt'),
        because: because(call),
      })
  },
  'checklist test': async () => {
    const [{ testChecklist }, { ownPackFiles }] = await Promise.all([import('./checklist.ts'), import('../own-pack-files.ts')])
    return async (call) => testChecklist(await ownPackFiles(call), call.emit)
  },
  'ledger log': async () => {
    const { ledgerLog } = await import('./ledger.ts')
    return async (call) => ledgerLog(await call.desk(), limitOf(call, 50))
  },
  'ledger verify': async () => {
    const { ledgerVerify } = await import('./ledger-verify.ts')
    return async (call) => ledgerVerify(await call.desk())
  },
  'ledger restore': async () => {
    const { ledgerRestore } = await import('./ledger-restore.ts')
    return async (call) => ledgerRestore(await call.desk(), textsOf(call.flags, 'override'))
  },
  'ledger share': async () => {
    const [{ ledgerShare }, { shareContext }] = await Promise.all([import('./ledger-share.ts'), import('../share-context.ts')])
    return async (call) => ledgerShare(shareContext(call, await call.desk()))
  },
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
        sign: fileOf(call, 'sign'),
        document: fileOf(call, 'document'),
        signature: fileOf(call, 'signature'),
        makeRoom: call.interactive && !given(call.flags, 'json') ? () => call.hush() : null,
      })
  },
  adopt: async () => {
    const { adopt } = await import('../stages/adopt.ts')
    return async (call) => adopt(await call.desk(), because(call))
  },
  bad: async () => {
    const { bad } = await import('./bad.ts')
    return async (call) => bad(await call.desk(), because(call))
  },
  freeze: async () => {
    const { freeze } = await import('./freeze.ts')
    return async (call) => freeze(await call.desk(), freezeUntil(call.flags, call.clock.now()), because(call))
  },
  thaw: async () => {
    const { thaw } = await import('./freeze.ts')
    return async (call) => thaw(await call.desk(), because(call))
  },
  status: async () => {
    return async (call) =>
      status(
        { look: call.look, lookEvery: call.lookEvery, live: () => showsNow(call), clock: call.clock, emit: call.emit },
        { exitCode: given(call.flags, 'exit-code'), live: given(call.flags, 'live'), waitMs: waitMs(call.flags) },
      )
  },
  explain: async () => {
    const [{ explain }, { explain: rule }, { allRules }, { configKeys }, { ownRulesHere }] = await Promise.all([
      import('./explain.ts'),
      import('../checklist/explain.ts'),
      import('../checklist/rules.ts'),
      import('./config-keys.ts'),
      import('../own-pack-files.ts'),
    ])
    return async (call) => {
      const own = await ownRulesHere(call)
      const relay = call.args[0] === 'relay' ? (await import('./relay-keys.ts')).relayKeys : () => []
      const sources = {
        rule: (id: string) => rule(id, own),
        rules: () => [...allRules(), ...own],
        config: configKeys,
        relay,
        emit: call.emit,
      }
      return explain(sources, call.args[0] ?? null)
    }
  },
  hook: async () => {
    const [{ hookWithoutHost }, { HOSTS }] = await Promise.all([import('./hook-explain.ts'), import('../agents/hosts/host.ts')])
    return async () => hookWithoutHost(HOSTS)
  },
  'hook explain': async () => {
    const [{ hookExplain }, { explainHere }] = await Promise.all([import('./hook-explain.ts'), import('../hook-judge.ts')])
    return async (call) => {
      const at = { cwd: call.cwd, env: call.env, strict: given(call.flags, 'strict') }
      return hookExplain({ explain: (line) => explainHere(line, at), emit: call.emit }, [...call.args, ...call.rest].join(' '))
    }
  },
  history: async () => {
    const { history, historyOf } = await import('./history.ts')
    return async (call) => {
      const desk = await call.desk()
      const sources = { events: (limit: number) => desk.ledger.history(limit), now: call.clock.now(), emit: call.emit }
      const [id] = call.args
      return id ? historyOf(sources, id) : history(sources, limitOf(call, 20))
    }
  },
  doctor: async () => {
    const [{ doctor }, { trials }, { doctorSources }, { sharingOf }] = await Promise.all([
      import('./doctor.ts'),
      import('./doctor-trials.ts'),
      import('./doctor-sources.ts'),
      import('../share-context.ts'),
    ])
    return async (call) => doctor(trials(doctorSources(call, call.node, (desk) => sharingOf(call, desk))), call.emit)
  },
  'notify test': async () => {
    const [{ notifyTest }, { notifyContext }] = await Promise.all([import('./notify-test.ts'), import('../notify-context.ts')])
    return async (call) => notifyTest(await notifyContext(call))
  },
  relay: async () => {
    const [{ relay }, { relaySources }] = await Promise.all([import('./relay.ts'), import('./relay-sources.ts')])
    return async (call) => relay(await relaySources(call))
  },
  'relay explain': async () => {
    const [{ relayExplain }, { kindOf }] = await Promise.all([import('./relay-explain.ts'), import('../relay/kind.ts')])
    return async (call) => relayExplain({ kindOf, emit: call.emit }, call.args[0] ?? null)
  },
  'relay status': relayRun,
  'relay held': relayRun,
  'relay show': relayRun,
  'relay quiet': relayRun,
  'relay release': relayRun,
  'relay flush': relayRun,
  'relay init': relayRun,
  mcp: async () => {
    const [{ mcp }, { mcpSources }] = await Promise.all([import('./mcp.ts'), import('./mcp-sources.ts')])
    return async (call) => mcp(mcpSources(call))
  },
  demo: async () => {
    const [{ demos }, { demoSources }] = await Promise.all([import('./demos.ts'), import('./demo-sources.ts')])
    return async (call) => demos(demoSources(call), call.args[0] ?? null)
  },
  run: async () => {
    const [{ runCommand }, { handOver }, { readStdin }] = await Promise.all([
      import('./run.ts'),
      import('../adapters/shell.ts'),
      import('../adapters/stdin.ts'),
    ])
    return async (call) => runCommand({ call, handOver, readStdin, deploy: LOADERS.deploy! })
  },
  'shim install': async () => {
    const [{ shimInstall }, { shimSources }] = await Promise.all([import('./shim.ts'), import('./shim-sources.ts')])
    return async (call) => shimInstall(shimSources(call))
  },
  'shim uninstall': async () => {
    const [{ shimUninstall }, { shimSources }] = await Promise.all([import('./shim.ts'), import('./shim-sources.ts')])
    return async (call) => shimUninstall(shimSources(call))
  },
  sandbox: async () => {
    const [{ sandbox }, { installPocketFly }, { handOver }, { makeTreeFiles }] = await Promise.all([
      import('./sandbox.ts'),
      import('../sandbox/install.ts'),
      import('../adapters/shell.ts'),
      import('../adapters/tree-files.ts'),
    ])
    return async (call) =>
      sandbox({ ...call, temporary: makeTreeFiles().temporary, install: installPocketFly, write: guardFiles.writeCache, handOver })
  },
}

const initAgentsOf = async (call: Call): Promise<number> => {
  const [{ initAgents, wantedHosts }, { agentsContext }] = await Promise.all([import('./init-agents.ts'), import('../agents-context.ts')])
  const hosts = wantedHosts(call.flags)
  return initAgents(await agentsContext(call), { hosts, check: given(call.flags, 'check') })
}

/** What the platform shows: loaded only where that was asked for. */
const showsNow = async (call: Call): Promise<Live> => {
  const [{ lookLive }, desk] = await Promise.all([import('../stages/live.ts'), call.desk()])
  return lookLive(desk)
}

/** A file that a flag names, from the folder the command was typed in. */
const pathFrom = (call: Call, file: string | null): string | null => (file === null ? null : resolve(call.cwd, file))

const limitOf = (call: Call, usual: number): number => {
  const given = Number(textOf(call.flags, 'limit') ?? usual)
  return Number.isInteger(given) && given > 0 ? Math.min(given, 10_000) : usual
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
