import { encodeApp } from '../config/encode-app.ts'
import { ledgerLine, type WrittenLedger, withLedger } from '../config/ledger-line.ts'
import type { Settings } from '../config/settings.ts'
import type { Emit } from '../events.ts'
import { USUAL } from '../ledger/route.ts'
import { asides, branchOf, howShared, looksPublic, readers, type Sharing } from './sharing.ts'

/** What `ledger share` works with. */
export interface ShareContext {
  sharing: Sharing
  settings: Pick<Settings, 'app' | 'file' | 'ledger'>
  /** Named on the command line, or null. */
  remote: string | null
  read(path: string): Promise<string | null>
  write(path: string, text: string): Promise<void>
  emit: Emit
}

/**
 * `safe-deploy ledger share`: one ledger for everybody who deploys. Moves the clone's own to a remote without losing history, or joins the one that is
 * there, and writes which it is into the config where that is one line.
 * @throws what trying the remote and bringing the two together say
 */
export const ledgerShare = async (ctx: ShareContext): Promise<number> => {
  const { sharing, settings, emit } = ctx
  const { app, ledger } = settings
  const remote = ctx.remote ?? (ledger.remote === null || ledger.remote === 'none' ? USUAL : ledger.remote)
  const ref = remote === ledger.remote ? ledger.ref : null
  const tried = await sharing.tries(remote, ref)
  const place = { remote, ref: ref ?? (tried.takes === 'heads' ? branchOf(encodeApp(app)) : null) }
  // Where the config names no remote, its id is that of the clone's own.
  const own = ledger.remote === null || ledger.remote === 'none' ? ledger.id : null
  const shared = await sharing.bring(app, place, { own, there: ledger.id })
  const seen = (await sharing.remotes()).find(({ name }) => name === remote) ?? { name: remote, url: remote }
  const logs = ledger.logs === 'none' || looksPublic(seen.url) ? 'none' : null
  const written = await inConfig(ctx, { ...place, id: shared.id, logs })
  const lines = [howShared(shared, app), readers(seen), ...asides(tried), written]
  emit({
    type: 'report',
    title: `The ledger of ${app} is shared on ${remote}.`,
    lines,
    data: { ...place, id: shared.id, how: shared.how, carried: shared.carried },
  })
  return 0
}

/** Writes the line where that is simple; tells it anyway. */
const inConfig = async ({ settings: { file }, read, write }: ShareContext, ledger: WrittenLedger): Promise<string> => {
  const line = ledgerLine(ledger)
  const text = file === null ? null : await read(file)
  if (file === null || text === null) return `Write it down, so that every clone knows it: safe-deploy init, then ${line}`
  if (text.includes(line)) return `${file} says so already: ${line}`
  const fresh = withLedger(text, line)
  if (fresh === null) return `Write it into ${file} in place of what it says of the ledger now, and commit it: ${line}`
  await write(file, fresh)
  return `${file} says so now; commit it: ${line}`
}
