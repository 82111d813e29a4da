import { join } from 'node:path'
import { makeClone } from './adapters/clone.ts'
import { readText } from './adapters/files.ts'
import { makeGit } from './adapters/git.ts'
import { guardFiles } from './adapters/guard-files.ts'
import { makeHttp } from './adapters/http.ts'
import { processTable } from './adapters/process-table.ts'
import { makeProcesses } from './adapters/processes.ts'
import { makePrompter } from './adapters/prompt.ts'
import { describeRepository } from './adapters/repository.ts'
import { openSink } from './adapters/sink.ts'
import { makeTreeFiles } from './adapters/tree-files.ts'
import { isCi } from './agents/actor.ts'
import type { Call } from './commands/call.ts'
import { encodeApp } from './config/encode-app.ts'
import type { Settings } from './config/settings.ts'
import { next, refuse } from './errors.ts'
import { cloneOf } from './ledger/clone.ts'
import { type Ledger, makeLedger } from './ledger/ledger.ts'
import { type PrivateFolder, privateFolder } from './ledger/private.ts'
import { makeStore } from './ledger/store.ts'
import type { Actor } from './model.ts'
import type { Clock, Git, Prompter } from './ports.ts'
import { type Mask, secretsIn } from './redact.ts'
import type { Reporter } from './reporters/reporter.ts'
import { settingsAt, settingsOf } from './settings-of.ts'
import type { Desk } from './stages/desk.ts'
import { readEnvFiles } from './stages/test/env-file.ts'
import { secretValues } from './stages/test/secret-values.ts'
import { makeTargets } from './targets/make.ts'
import { actorOf } from './who.ts'

/** Asks a person, after the reporter has made room; null where nobody may be asked. */
export const prompterOf = (process: NodeJS.Process, call: Call, reporter: Reporter): Prompter | null => {
  if (!call.interactive) return null
  const prompter = makePrompter(process.stdin, process.stderr)
  return {
    text: async (question, initial) => {
      await reporter.hush()
      return prompter.text(question, initial)
    },
    confirm: async (question, initial) => {
      await reporter.hush()
      return prompter.confirm(question, initial)
    },
  }
}

/** The user's clone, read by plumbing. */
export const gitOf = (call: Call): Git => makeGit({ cwd: call.cwd, env: call.env })

/** The repository round the working folder, and what the guard keeps of its own in it. */
export const openClone = async (call: Call) => {
  const git = gitOf(call)
  const repo = await describeRepository(git)
  return { git: makeGit({ cwd: repo.root, env: call.env }), repo, folder: privateFolder(repo.commonDir) }
}

/**
 * The ledger of one app in this clone.
 * @param app encoded for a ref
 */
export const openLedger = (parts: {
  git: Git
  folder: PrivateFolder
  app: string
  id: string | null
  actor: Actor
  mask: Mask
  clock: Clock
}): Ledger => {
  const { git, folder, app, id, actor, mask, clock } = parts
  const store = makeStore({ git, files: guardFiles, gitDir: folder.ledgerGit, app })
  return makeLedger({ store, files: guardFiles, folder, clock, by: actor, mask, app, configuredId: id })
}

/**
 * Everything a command works with. For a rollback a broken config is only a warning: what it needs is recorded at the known good.
 * @throws NOT_A_REPOSITORY, CONFIG and what settling it says, LEDGER_UNSAID in CI
 */
export const openDesk = async (process: NodeJS.Process, call: Call, reporter: Reporter): Promise<Desk> => {
  const { git, repo, folder } = await openClone(call)
  const [settings, actor, clone] = await Promise.all([
    settingsOf(call, { git, root: repo.root, folder }),
    actorOf(call, git, call.terminal),
    cloneOf(guardFiles, folder),
  ])
  if (call.command !== 'rollback') saidLedger(settings, call)
  call.emit({ type: 'run.started', command: call.command, app: settings.display, attempt: null })
  call.hide(
    secretValues(
      readEnvFiles(readText, settings.env.files, (file) => join(repo.root, file)),
      call.env,
    ),
  )
  if (settings.target.kind === 'fly') call.hide(secretsIn(settings.target.args))
  const processes = makeProcesses(call.mask)
  const targetFor = makeTargets(settings, { processes, clock: call.clock, env: call.env }, call.rest, clone.key)
  return {
    argv: call.line,
    rest: call.rest,
    settingsAt: (tree, commit) => settingsAt(call, { git, root: repo.root, folder }, [tree, commit]),
    repoNow: () => describeRepository(git),
    settings,
    ledger: openLedger({ git, folder, app: encodeApp(settings.app), id: settings.ledger.id, actor, mask: call.mask, clock: call.clock }),
    target: targetFor(settings.target, repo.root),
    targetFor,
    repo,
    folder,
    git,
    pushed: (commit) => makeClone({ cwd: repo.root, env: call.env }).pushed(commit),
    files: guardFiles,
    treeFiles: makeTreeFiles(),
    readText,
    openSink,
    processes,
    http: makeHttp(),
    table: processTable,
    clock: call.clock,
    signals: call.signals,
    emit: call.emit,
    prompt: prompterOf(process, call, reporter),
    actor,
    mask: call.mask,
    env: call.env,
    pid: call.pid,
    clone,
  }
}

/** A job's clone is thrown away: a ledger that only it knows would be no ledger. In CI it must be said. */
const saidLedger = (settings: Settings, call: Call): void => {
  if (settings.ledger.remote === 'none' || !isCi(call.env)) return
  throw refuse('LEDGER_UNSAID', {
    what:
      settings.ledger.remote === null
        ? 'This is CI, and nothing says where the ledger is. Nothing was deployed.'
        : `This is CI, and a ledger on ${settings.ledger.remote} is not built in this version. Nothing was deployed.`,
    why: ['a ledger inside this job’s clone would be forgotten with it, and a halt with the ledger'],
    next: [next('write it down: ledger: { remote: none } says local on purpose', ['safe-deploy', 'init'])],
  })
}
