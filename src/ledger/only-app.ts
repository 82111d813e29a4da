import { decodeApp } from '../config/encode-app.ts'
import type { Git } from '../ports.ts'
import { ledgerRef, type PrivateFolder } from './private.ts'

/** The app whose ledger this clone has, where it has exactly one. */
export const onlyApp = async (git: Git, folder: PrivateFolder): Promise<string | null> => {
  const ran = await git.run(['--git-dir', folder.ledgerGit, 'for-each-ref', '--count=2', '--format=%(refname)', ledgerRef('')])
  const refs = ran.stdout.toString('utf8').split('\n').filter(Boolean)
  return refs.length === 1 ? decodeApp((refs[0] ?? '').slice(ledgerRef('').length)) : null
}
