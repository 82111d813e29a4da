import { join } from 'node:path'
import { guardFiles } from './adapters/guard-files.ts'
import { writeUserFile } from './adapters/user-file.ts'
import type { Call } from './commands/call.ts'
import { textOf } from './commands/flags.ts'
import type { ShareContext } from './commands/ledger-share.ts'
import type { Sharing } from './commands/sharing.ts'
import { makeSharing } from './sharing.ts'
import type { Desk } from './stages/desk.ts'

/** Sharing, from the clone of a desk. */
export const sharingOf = (call: Call, { settings, git, folder, actor }: Desk): Sharing =>
  makeSharing(call, { git, folder }, actor, settings.ledger.logs)

/** What `ledger share` works with. */
export const shareContext = (call: Call, desk: Desk): ShareContext => ({
  sharing: sharingOf(call, desk),
  settings: desk.settings,
  remote: textOf(call.flags, 'remote'),
  read: (path) => guardFiles.readText(join(desk.settings.root, path)),
  write: (path, text) => writeUserFile(join(desk.settings.root, path), text),
  emit: call.emit,
})
