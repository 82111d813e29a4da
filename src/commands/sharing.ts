import type { Shared } from '../ledger/share.ts'
import type { Tried } from '../ledger/try-remote.ts'
import { count } from '../words.ts'

/** Where a ledger is to be: a remote of the clone, and the ref there where it is not the usual one. */
interface Place {
  remote: string
  ref: string | null
}

/** What sharing a ledger needs of the world. */
export interface Sharing {
  /** Remotes of the clone, with their URLs as they may be shown. */
  remotes(): Promise<{ name: string; url: string }[]>
  /** The remote that holds the ledger of an app already: the one this clone used, else the usual one. Null where none does, or it cannot be told. */
  used(app: string): Promise<string | null>
  /**
   * Tries a remote by a probe ref.
   * @throws LEDGER_UNREACHABLE (also for a remote that is not there), LEDGER_NOT_WRITABLE
   */
  tries(remote: string, ref: string | null): Promise<Tried>
  /** Brings the clone's ledger of an app and the one at that place together. @param ids that the config names of each, or null */
  bring(app: string, place: Place, ids: { own: string | null; there: string | null }): Promise<Shared>
}

/** Hosts where a repository is often open to everybody; which of them is, only its owner knows. */
const OPEN_HOSTS = /(?:^|[@/.])(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|sr\.ht|gitee\.com|sourceforge\.net)(?:[/:]|$)/i

/** Might everybody be able to read a repository at this URL? */
export const looksPublic = (url: string): boolean => OPEN_HOSTS.test(url)

/** Who will be able to read it, said before it is shared. */
export const readers = ({ name, url }: { name: string; url: string }): string =>
  looksPublic(url)
    ? `Whoever can read the repository on ${name} (${url}) can read the ledger: if it is public, everybody. It holds who deployed what and why, and how it failed; secrets are masked. Log tails stay at home (ledger.logs: none).`
    : `Whoever can read the repository on ${name} (${url}) can read the ledger.`

/** The ref of an app's ledger on a host that takes only branches. @param app encoded for a ref */
export const branchOf = (app: string): string => `refs/heads/safe-deploy/${app}`

/** What a remote that was tried asks of whoever uses it. */
export const asides = ({ takes, left }: Tried): string[] => [
  ...(takes === 'heads'
    ? ['it takes only branches, so the ledger is one: keep safe-deploy/** out of what starts CI jobs (its commits say [skip ci] as well)']
    : []),
  ...(left ? [`the probe ${left} could not be taken away again: delete it there by hand`] : []),
]

const HOW: Readonly<Record<Shared['how'], string>> = {
  begun: 'begun there',
  there: 'there already',
  moved: 'moved there, with its history',
  joined: 'another one was there, which holds from now on; this clone’s own is set aside',
}

/** How a ledger came to be shared, in one line. */
export const howShared = ({ how, id, tip, carried }: Shared, app: string): string =>
  [
    `ledger of ${app}: ${HOW[how]} (${id.slice(0, 12)}, ${count(tip.seq, 'event')})`,
    ...(carried ? [`the halt went along: ${carried}`] : tip.core?.halt ? ['a halt is open there'] : []),
  ].join('; ')
