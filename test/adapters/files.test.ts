import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { appendDurable, createDurable, listDir, readText, remove, writeDurable } from '../../src/adapters/files.ts'

const dir = mkdtempSync(join(tmpdir(), 'sd-files-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const at = (name: string) => join(dir, name)

describe('files', () => {
  it('replaces a file as one act, for the owner only, and leaves nothing beside it', () => {
    writeDurable(at('a/b/state.json'), 'one')
    writeDurable(at('a/b/state.json'), 'two')
    expect(readFileSync(at('a/b/state.json'), 'utf8')).toBe('two')
    expect(statSync(at('a/b/state.json')).mode & 0o777).toBe(0o600)
    expect(listDir(at('a/b'))).toEqual(['state.json'])
  })

  it('keeps the old file and no debris when the write fails', () => {
    mkdirSync(at('taken'))
    expect(() => writeDurable(at('taken'), 'x')).toThrow()
    expect(listDir(dir).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('appends', () => {
    appendDurable(at('spool/events'), 'one\n')
    appendDurable(at('spool/events'), 'two\n')
    expect(readFileSync(at('spool/events'), 'utf8')).toBe('one\ntwo\n')
  })

  it('creates once', () => {
    expect([createDurable(at('lock'), 'first'), createDurable(at('lock'), 'second')]).toEqual([true, false])
    expect(readFileSync(at('lock'), 'utf8')).toBe('first')
  })

  it('reads text up to a size, a byte order mark kept', () => {
    writeFileSync(at('text'), '\ufeffé')
    expect(readText(at('text'), 100)).toEqual({ ok: true, text: '\ufeffé', bytes: 5 })
    expect(readText(at('text'), 5)).toMatchObject({ ok: true })
    expect(readText(at('text'), 4)).toMatchObject({ ok: false, why: 'too-big' })
  })

  it('says why it cannot read', () => {
    writeFileSync(at('binary'), Buffer.from([1, 0, 2]))
    writeFileSync(at('latin1'), Buffer.from([0x61, 0xff]))
    expect(readText(at('nothing'), 100)).toMatchObject({ why: 'missing' })
    expect(readText(at('text/below'), 100)).toMatchObject({ why: 'missing' })
    expect(readText(dir, 100)).toMatchObject({ why: 'unreadable', code: 'EISDIR' })
    expect(readText('/dev/zero', 100)).toMatchObject({ why: 'unreadable' })
    expect(readText(at('binary'), 100)).toMatchObject({ why: 'not-text' })
    expect(readText(at('latin1'), 100)).toMatchObject({ why: 'not-text' })
    spawnSync('/bin/sh', ['-c', 'mkfifo "$0"', at('pipe')])
    if (existsSync(at('pipe'))) expect(readText(at('pipe'), 100)).toMatchObject({ why: 'unreadable' })
  })

  it.runIf(process.getuid?.() !== 0)('says unreadable without permission', () => {
    writeFileSync(at('closed'), 'x')
    chmodSync(at('closed'), 0)
    expect(readText(at('closed'), 100)).toMatchObject({ why: 'unreadable', code: 'EACCES' })
  })

  it('lists nothing for a folder that is not there, and removes what is not there', () => {
    expect(listDir(at('nowhere'))).toEqual([])
    remove(at('nowhere/deeper'))
    remove(at('spool'))
    expect(existsSync(at('spool'))).toBe(false)
  })
})
