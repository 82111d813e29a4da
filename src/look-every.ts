import { realpathSync } from 'node:fs'
import { relative } from 'node:path'
import { makeGit } from './adapters/git.ts'
import { describeRepository } from './adapters/repository.ts'
import type { Call } from './commands/call.ts'
import { textOf } from './commands/flags.ts'
import type { Look } from './commands/status.ts'
import { loadEveryApp } from './config/load.ts'
import { privateFolder } from './ledger/private.ts'
import { lookAt, readConfig } from './look.ts'
import { whichLedger } from './which-ledger.ts'

/** How every app of the config stands, in the order they are written. */
export const lookEvery = async (call: Call): Promise<Look[]> => {
  const { root, commonDir } = await describeRepository(makeGit({ cwd: call.cwd, env: call.env }))
  const apps = await loadEveryApp({
    read: async (path) => readConfig(root, path),
    root,
    cwd: relative(root, realpathSync(call.cwd)),
    flags: { app: null, config: textOf(call.flags, 'config') },
    argv: [],
    env: call.env,
  })
  const clone = { root, folder: privateFolder(commonDir) }
  return Promise.all(
    apps.map(({ settings }) =>
      lookAt(call, clone, { app: settings.app, which: whichLedger(settings), notify: settings.notify.length > 0 }),
    ),
  )
}
