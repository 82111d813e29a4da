import { join } from 'node:path'
import { readText } from './adapters/files.ts'
import { guardFiles } from './adapters/guard-files.ts'
import { makeProcesses } from './adapters/processes.ts'
import { openSink } from './adapters/sink.ts'
import { makeTreeFiles } from './adapters/tree-files.ts'
import { writeUserFile } from './adapters/user-file.ts'
import type { Call } from './commands/call.ts'
import { given, textOf } from './commands/flags.ts'
import type { InitContext } from './commands/init.ts'
import type { Wanted } from './commands/init-place.ts'
import { encodeApp } from './config/encode-app.ts'
import { diskReader } from './config/readers.ts'
import type { Trial } from './config/render-test.ts'
import type { Settings, Smoke } from './config/settings.ts'
import { cloneOf } from './ledger/clone.ts'
import { newId } from './ledger/ledger.ts'
import { openLedger } from './open-ledger.ts'
import { makeSharing } from './sharing.ts'
import { readEnvFiles } from './stages/test/env-file.ts'
import { secretValues } from './stages/test/secret-values.ts'
import { runTest } from './stages/test.ts'
import { actorOf } from './who.ts'
import { openClone } from './wiring.ts'

/** What `init` works with: the repository as it is, before any config says what is what. */
export const initContext = async (call: Call): Promise<InitContext> => {
  const { git, repo, folder } = await openClone(call)
  const [actor, listed] = await Promise.all([
    actorOf(call, git, call.interactive),
    git.run(['ls-files', '-z', '--cached', '--others', '--exclude-standard']),
  ])
  const trySmoke = async (smoke: Smoke, env: Settings['env']): Promise<Trial> => {
    call.hide(
      secretValues(
        readEnvFiles(readText, env.files, (file) => join(repo.root, file)),
        call.env,
      ),
    )
    const desk = {
      ...call,
      files: guardFiles,
      processes: makeProcesses(call.mask),
      folder,
      clone: await cloneOf(guardFiles, folder),
      readText,
      openSink,
    }
    const settings = { root: repo.root, app: '', target: { dir: '' }, smoke: [smoke], env }
    const nothing = { loaders: [], secretNames: [], targetEnv: [], evidenceIn: null, out: null }
    const tested = await runTest(
      { ...desk, settings },
      { ...nothing, tree: '', config: '', halted: true, fresh: true, treeDigest: async () => '' },
    )
    const failed = tested.facts.find((fact) => fact.kind === 'env-not-loaded')
    if (failed) return { verdict: 'env-not-loaded', note: tested.line }
    return { verdict: tested.evidence.passed ? 'passes' : 'fails', note: tested.line }
  }
  return {
    paths: listed.stdout.toString('utf8').split('\0').filter(Boolean),
    read: diskReader(makeTreeFiles(), repo.root),
    write: (path, text) => writeUserFile(join(repo.root, path), text),
    trySmoke,
    ledger: async (app) => {
      const ledger = await openLedger(
        call,
        { git, folder },
        { app: encodeApp(app), remote: 'none', at: null, id: null, logs: 'share' },
        actor,
      )
      const tip = await ledger.read()
      if (tip.problem) throw tip.problem
      return tip.core?.ledger ?? (await ledger.begin(null, newId())).core?.ledger ?? newId()
    },
    sharing: makeSharing(call, { git, folder }, actor, 'share'),
    wanted: wantedOf(call),
    prompt: await call.prompter(),
    emit: call.emit,
    force: given(call.flags, 'force'),
    dryRun: given(call.flags, 'dry-run'),
  }
}

const wantedOf = ({ flags }: Call): Wanted => {
  if (given(flags, 'share')) return { remote: textOf(flags, 'share') }
  return given(flags, 'no-share') ? 'no' : null
}
