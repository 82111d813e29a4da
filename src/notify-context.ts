import { makeGit } from './adapters/git.ts'
import { makeHttp } from './adapters/http.ts'
import { describeRepository } from './adapters/repository.ts'
import type { Call } from './commands/call.ts'
import type { NotifyContext } from './commands/notify-test.ts'
import { privateFolder } from './ledger/private.ts'
import { makeOutlets } from './notifiers/make.ts'
import { originUrl } from './origin-url.ts'
import { randomHex } from './random.ts'
import { settingsOf } from './settings-of.ts'
import { actorOf } from './who.ts'

/** What `notify test` works with: the config and the clone, and no ledger. */
export const notifyContext = async (call: Call): Promise<NotifyContext> => {
  const repo = await describeRepository(makeGit({ cwd: call.cwd, env: call.env }))
  const git = makeGit({ cwd: repo.root, env: call.env })
  const [settings, actor, remoteUrl] = await Promise.all([
    settingsOf(call, { git, root: repo.root, folder: privateFolder(repo.commonDir) }),
    actorOf(call, git, call.terminal),
    originUrl(git),
  ])
  const { outlets, missing, secrets } = makeOutlets(settings.notify, { env: call.env, http: makeHttp(), clock: call.clock, remoteUrl })
  call.hide(secrets)
  call.emit({ type: 'run.started', command: call.command, app: settings.display, attempt: null })
  return {
    file: settings.file,
    outlets,
    missing,
    about: { app: settings.display, by: call.mask(`${actor.name} (${actor.via})`), commit: repo.head, incident: `test-${randomHex(6)}` },
    now: call.clock.now(),
    emit: call.emit,
  }
}
