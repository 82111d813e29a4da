import { join } from 'node:path'
import { makeClone } from './adapters/clone.ts'
import { expectShortRun } from './adapters/engine.ts'
import { readText } from './adapters/files.ts'
import { makeGit } from './adapters/git.ts'
import { guardFiles } from './adapters/guard-files.ts'
import { makeHttp } from './adapters/http.ts'
import { processTable } from './adapters/process-table.ts'
import { makeProcesses } from './adapters/processes.ts'
import { makePrompter } from './adapters/prompt.ts'
import { readProtected } from './adapters/protected-file.ts'
import { describeRepository } from './adapters/repository.ts'
import { openSink } from './adapters/sink.ts'
import { makeTreeFiles } from './adapters/tree-files.ts'
import type { Call } from './commands/call.ts'
import { cloneOf } from './ledger/clone.ts'
import { privateFolder } from './ledger/private.ts'
import { openLedger } from './open-ledger.ts'
import type { Git, Prompter } from './ports.ts'
import { reachRemotes } from './reach-remotes.ts'
import { secretsIn } from './redact.ts'
import type { Reporter } from './reporters/reporter.ts'
import { settingsAt, settingsOf } from './settings-of.ts'
import type { Desk } from './stages/desk.ts'
import { readEnvFiles } from './stages/test/env-file.ts'
import { secretValues } from './stages/test/secret-values.ts'
import { makeTargets } from './targets/make.ts'
import { whichLedger } from './which-ledger.ts'
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
 * Everything a command works with. For a rollback a broken config is only a warning: what it needs is recorded at the known good.
 * @throws NOT_A_REPOSITORY, CONFIG and what settling it says
 */
export const openDesk = async (process: NodeJS.Process, call: Call, reporter: Reporter): Promise<Desk> => {
  expectShortRun(process.versions.node)
  const { git, repo, folder } = await openClone(call)
  const [settings, actor, clone] = await Promise.all([
    settingsOf(call, { git, root: repo.root, folder }),
    actorOf(call, git, call.terminal),
    cloneOf(guardFiles, folder),
  ])
  call.emit({ type: 'run.started', command: call.command, app: settings.display, attempt: null })
  call.hide(
    secretValues(
      readEnvFiles(readText, settings.env.files, (file) => join(repo.root, file)),
      call.env,
    ),
  )
  if (settings.target.kind === 'fly') call.hide(secretsIn(settings.target.args))
  if (settings.notify.length > 0) call.hide((await import('./notifiers/reach.ts')).secretsOf(settings.notify, call.env))
  const { obtain, onDeployBranch } = reachRemotes(call, { git, repo, folder, ledger: settings.ledger })
  const processes = makeProcesses(call.mask)
  const targetFor = makeTargets(settings, { processes, clock: call.clock, env: call.env }, call.rest, clone.key)
  const desk: Desk = {
    argv: call.line,
    rest: call.rest,
    settingsAt: (tree, commit) => settingsAt(call, { git, root: repo.root, folder, obtain }, { tree, commit }),
    obtain,
    onDeployBranch,
    repoNow: () => describeRepository(git),
    again: () => openDesk(process, call, reporter),
    settings,
    ledger: await openLedger(call, { git, folder }, whichLedger(settings), actor),
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
    readProtected,
    table: processTable,
    clock: call.clock,
    signals: call.signals,
    emit: call.emit,
    prompt: prompterOf(process, call, reporter),
    actor,
    mask: call.mask,
    hide: call.hide,
    env: call.env,
    pid: call.pid,
    clone,
    refused: () => void call.news.refused.push(desk.ledger.app),
  }
  call.news.desks.set(desk.ledger.app, desk)
  return desk
}
