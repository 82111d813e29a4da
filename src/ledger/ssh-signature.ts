import { createHash } from 'node:crypto'

/** What a signature made by `ssh-keygen -Y sign` says of itself; that it fits is for `ssh-keygen -Y verify` to say. */
export interface SshSignature {
  /** `ssh-ed25519`, `sk-ssh-ed25519@openssh.com`, … */
  keyType: string
  /** As `ssh-keygen -l` prints it: `SHA256:…` */
  fingerprint: string
  namespace: string
  /** A security key was touched, and its PIN or the like was given: `-Y verify` looks at neither. */
  touched: boolean
  verified: boolean
}

const ARMOR = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]{1,16000})\n-----END SSH SIGNATURE-----\s*$/
const MAGIC = 'SSHSIG'
/** SSH_SK_USER_PRESENCE_REQD and SSH_SK_USER_VERIFICATION_REQD of OpenSSH's PROTOCOL.u2f. */
const [TOUCH, PIN] = [0x01, 0x04]

/**
 * Reads the armoured signature (OpenSSH's PROTOCOL.sshsig): magic, version, public key, namespace, reserved, hash, signature. That of a security key ends
 * with a byte of flags and a counter of four.
 * @returns null for what is none
 */
export const readSshSignature = (armored: string): SshSignature | null => {
  const encoded = ARMOR.exec(armored.replaceAll('\r\n', '\n').trim())?.[1]
  if (encoded === undefined) return null
  const blob = Buffer.from(encoded, 'base64')
  if (blob.toString('latin1', 0, MAGIC.length) !== MAGIC || blob.length < MAGIC.length + 4) return null
  const [key, namespace, , , signature] = stringsIn(blob.subarray(MAGIC.length + 4))
  const keyType = key && stringsIn(key)[0]?.toString('latin1')
  if (!key || !namespace || !signature || !keyType) return null
  const flags = keyType.startsWith('sk-') ? flagsOf(signature) : 0
  return {
    keyType,
    fingerprint: `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`,
    namespace: namespace.toString('utf8'),
    touched: (flags & TOUCH) !== 0,
    verified: (flags & PIN) !== 0,
  }
}

/** Strings as SSH writes them, each behind its length; at most eight, and none that is not whole. */
const stringsIn = (bytes: Buffer): Buffer[] => {
  const found: Buffer[] = []
  for (let at = 0; found.length < 8 && at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) break
    found.push(bytes.subarray(at + 4, end))
    at = end
  }
  return found
}

/** Behind the name of the algorithm and the signature proper. */
const flagsOf = (signature: Buffer): number => {
  const [algorithm, proper] = stringsIn(signature)
  const at = algorithm && proper ? 8 + algorithm.length + proper.length : signature.length
  return signature.length === at + 5 ? signature.readUInt8(at) : 0
}
