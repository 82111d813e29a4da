import { appHere, printJson, type Run, wantsJson } from '../command.ts'
import { renderTable } from '../render.ts'
import { releaseView } from '../view.ts'

const MOST = 25

/** `fly releases`: newest first, 25 at most. */
export const releases: Run = async (call) => {
  const app = await appHere(call)
  const newest = [...app.releases].sort((a, b) => b.version - a.version).slice(0, MOST)
  if (wantsJson(call)) return printJson(call, newest.map(releaseView))
  const rows = newest.map((one) => [`v${one.version}`, one.status, one.description, one.user.email, one.createdAt, one.imageRef])
  call.shell.out(renderTable(['VERSION', 'STATUS', 'DESCRIPTION', 'USER', 'DATE', 'DOCKER IMAGE'], rows))
}
