import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readProtected } from '../../src/adapters/protected-file.ts'
import { tempFolder } from '../change/repo.ts'

const me = process.getuid?.() ?? 0

const signersIn = (mode: number, folderMode = 0o755): string => {
  const folder = join(tempFolder(), 'safe-deploy')
  mkdirSync(folder)
  writeFileSync(join(folder, 'allowed_signers'), 'ada ssh-ed25519 AAAA\n')
  chmodSync(join(folder, 'allowed_signers'), mode)
  chmodSync(folder, folderMode)
  return join(folder, 'allowed_signers')
}

test('a file that only its owner can write is read, and none that is not there', () => {
  expect(readProtected(signersIn(0o644), me)).toEqual({ text: 'ada ssh-ed25519 AAAA\n' })
  expect(readProtected(join(tempFolder(), 'nothing'), me)).toBeNull()
})

test('what others could have written decides nothing: by its mode, its folder, its owner, or as a link', () => {
  expect(readProtected(signersIn(0o664), me)).toMatchObject({ unsafe: expect.stringContaining('written by others') })
  expect(readProtected(signersIn(0o644, 0o777), me)).toMatchObject({ unsafe: expect.stringContaining('written by others') })
  expect(readProtected(signersIn(0o644), me + 1)).toMatchObject({ unsafe: expect.stringContaining('does not belong') })
  const link = join(tempFolder(), 'allowed_signers')
  symlinkSync(signersIn(0o644), link)
  expect(readProtected(link, me)).toMatchObject({ unsafe: expect.stringContaining('no regular file') })
})
