import { join } from 'node:path'
import type { Settings } from '../../config/settings.ts'
import { next, refuse } from '../../errors.ts'
import { ACK_NAMESPACE } from '../../ledger/ack-document.ts'
import type { Acknowledged } from '../../ledger/events.ts'
import { readSshSignature, type SshSignature } from '../../ledger/ssh-signature.ts'
import type { Desk } from '../desk.ts'
import { plainEnv } from '../plain-env.ts'

/** A person reads the document, finds the key and touches it. */
const SIGN_MS = 5 * 60_000
const VERIFY_MS = 10_000

type Signature = NonNullable<Acknowledged['signature']>

/**
 * Signs a document with `ssh-keygen -Y sign`, which may ask for a passphrase or a touch.
 * @param key as `ssh-keygen -f` takes it: a private key, or the public one of a key that an agent holds
 * @param makeRoom clears the screen for what it asks; null where nobody can be asked
 * @returns the armoured signature
 * @throws ACK_SIGNATURE
 */
export const sign = async (desk: Desk, text: string, key: string, makeRoom: (() => Promise<void>) | null): Promise<string> => {
  const room = desk.treeFiles.temporary(desk.folder.root)
  try {
    const file = join(room.path, 'acknowledgement.json')
    await desk.files.writeCache(file, text)
    await makeRoom?.()
    const ended = await desk.processes.stream({
      command: ['ssh-keygen', '-Y', 'sign', '-n', ACK_NAMESPACE, '-f', key, file],
      cwd: desk.repo.root,
      env: plainEnv(desk.env),
      timeoutMs: SIGN_MS,
      ...(makeRoom ? { terminal: true as const } : {}),
    }).done
    const armored = await desk.files.readText(`${file}.sig`)
    if (ended.exit === 0 && armored !== null) return armored
    throw unsigned(
      ended.missing ? 'ssh-keygen is not on PATH' : (ended.tail.at(-1) ?? `ssh-keygen ended with ${ended.exit ?? ended.signal}`),
    )
  } finally {
    room.remove()
  }
}

/**
 * Is this a signature of that text by somebody who may sign? The namespace and the touch of a key are looked at here: `ssh-keygen -Y verify` takes a
 * namespace for granted that it is given, and looks at no touch.
 * @throws ACK_SIGNATURE naming what does not hold
 */
export const verifySignature = async (
  desk: Desk,
  { text, armored, signers, policy }: { text: string; armored: string; signers: string; policy: Settings['acknowledge'] },
): Promise<Signature> => {
  const read = readSshSignature(armored)
  if (!read) throw unsigned('it is no signature as ssh-keygen -Y sign makes it')
  if (read.namespace !== ACK_NAMESPACE) throw unsigned(`it was made for ${read.namespace}, not for ${ACK_NAMESPACE}`)
  if (policy.touch && !read.touched) throw unsigned(untouched(read))
  const room = desk.treeFiles.temporary(desk.folder.root)
  try {
    const [signature, allowed] = [join(room.path, 'sig'), join(room.path, 'signers')]
    await Promise.all([desk.files.writeCache(signature, armored), desk.files.writeCache(allowed, signers)])
    const ask = keygen(desk, ['-s', signature, '-f', allowed])
    const found = await ask('find-principals', [], text)
    const principal = found.stdout.split('\n')[0]?.trim()
    if (found.missing) throw unsigned('ssh-keygen is not on PATH')
    if (found.exit !== 0 || !principal) throw unsigned(`${read.fingerprint} is none of the keys that may sign`)
    const held = await ask('verify', ['-I', principal, '-n', ACK_NAMESPACE], text)
    if (held.exit !== 0) throw unsigned(`it does not fit what was signed, or ${principal}'s key may not sign this, or not any more`)
    return { document: text, armored, principal, key: `${read.keyType} ${read.fingerprint}`, touched: read.touched }
  } finally {
    room.remove()
  }
}

const keygen = (desk: Desk, files: readonly string[]) => (act: string, more: readonly string[], input: string) =>
  desk.processes.capture({
    argv: ['ssh-keygen', '-Y', act, ...more, ...files],
    cwd: desk.repo.root,
    env: { PATH: desk.env.PATH ?? '', LC_ALL: 'C' },
    timeoutMs: VERIFY_MS,
    input,
  })

const untouched = ({ keyType }: SshSignature): string =>
  keyType.startsWith('sk-')
    ? 'policy asks that the security key was touched, and this signature says it was not'
    : `policy asks for a security key that was touched (sk-…), and this is ${keyType}`

const unsigned = (why: string): Error =>
  refuse('ACK_SIGNATURE', {
    what: 'The acknowledgement is not signed as policy asks.',
    why: [why],
    who: 'a person whose key is among the allowed signers',
    next: [next('sign it here', ['safe-deploy', 'ack'], ['--sign']), next('a rollback is always open', ['safe-deploy', 'rollback'])],
  })
