import { createHash } from 'node:crypto'

const HOLE = 'safe-deploy:@'
const STAMP = /safe-deploy:[0-9a-f]{12}\b/

const digest = (text: string): string => createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex').slice(0, 12)

/** A text with its own digest where it says `safe-deploy:@`: it shows by itself whether it is ours and whether anybody changed it. */
export const stamped = (text: string): string => text.replace(HOLE, `safe-deploy:${digest(text)}`)

/** Whose a text is: `ours`, as some version of ours wrote it; `edited`, by somebody since; `foreign`, without a stamp. Line ends do not count. */
export const ownerOf = (text: string): 'ours' | 'edited' | 'foreign' => {
  const stamp = STAMP.exec(text)?.[0]
  if (!stamp) return 'foreign'
  return stamped(text.replace(stamp, HOLE)) === text ? 'ours' : 'edited'
}
