import { expect, test } from 'vitest'
import { readSshSignature } from '../../src/ledger/ssh-signature.ts'

const string = (bytes: Buffer | string): Buffer => {
  const body = Buffer.from(bytes)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  return Buffer.concat([length, body])
}

const armored = (blob: Buffer): string =>
  `-----BEGIN SSH SIGNATURE-----\n${blob.toString('base64').replace(/.{70}/g, '$&\n')}\n-----END SSH SIGNATURE-----\n`

/** As OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f lay it out. */
const signature = (keyType: string, behind: readonly number[], namespace = 'safe-deploy-ack-v1'): string => {
  const key = Buffer.concat([
    string(keyType),
    string(Buffer.alloc(32, 7)),
    ...(keyType.startsWith('sk-') ? [string('ssh:safe-deploy')] : []),
  ])
  const proper = Buffer.concat([string(keyType), string(Buffer.alloc(64, 9)), Buffer.from(behind)])
  const parts = [string(key), string(namespace), string(''), string('sha512'), string(proper)]
  return armored(Buffer.concat([Buffer.from('SSHSIG'), Buffer.from([0, 0, 0, 1]), ...parts]))
}

const SK = 'sk-ssh-ed25519@openssh.com'

test.each([
  [0x01, true, false],
  [0x05, true, true],
  [0x04, false, true],
  [0x00, false, false],
])('flags %i of a security key: touched %s, verified %s', (flags, touched, verified) => {
  expect(readSshSignature(signature(SK, [flags, 0, 0, 0, 9]))).toMatchObject({
    keyType: SK,
    namespace: 'safe-deploy-ack-v1',
    touched,
    verified,
  })
})

test('a key on disk was never touched, whatever stands behind its signature', () => {
  expect(readSshSignature(signature('ssh-ed25519', [0x05, 0, 0, 0, 9]))).toMatchObject({ touched: false, verified: false })
})

test('flags are read only where they stand: one byte more or less is none', () => {
  for (const behind of [[], [0x05], [0x05, 0, 0, 0], [0x05, 0, 0, 0, 9, 9]])
    expect(readSshSignature(signature(SK, behind))?.touched).toBe(false)
})

test('what is no signature is none: garbage, a cut one, another kind of armour, a length that lies', () => {
  const whole = signature(SK, [1, 0, 0, 0, 9])
  const lies = Buffer.concat([Buffer.from('SSHSIG'), Buffer.from([0, 0, 0, 1]), Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.alloc(20)])
  for (const text of [
    '',
    'x',
    whole.slice(0, 90),
    whole.replaceAll('SSH SIGNATURE', 'PGP SIGNATURE'),
    armored(lies),
    armored(Buffer.from('SSHSIG')),
  ])
    expect(readSshSignature(text)).toBeNull()
  expect(readSshSignature(whole.replaceAll('\n', '\r\n'))).not.toBeNull()
})
