import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, openPocket, type Pocket } from './pocket.ts'

let pocket: Pocket
beforeAll(async () => {
  pocket = await openPocket()
  await pocket.fly(['deploy'])
})
afterAll(() => pocket.close())

const list = async (): Promise<{ name: string; digest: string; status: string }[]> =>
  JSON.parse((await pocket.fly(['secrets', 'list', '--json'])).out)

test('set brings a secret to the machines under a new release of the same image', async () => {
  const [before] = await pocket.releases()
  expect((await pocket.fly(['secrets', 'set', 'TOKEN=one'])).code).toBe(0)
  expect((await pocket.releases())[0]).toMatchObject({ Version: before!.Version + 1, Status: 'complete', ImageRef: before!.ImageRef })
  expect((await ask(pocket))?.env.TOKEN).toBe('one')
  expect(await list()).toMatchObject([{ name: 'TOKEN', status: 'Deployed' }])
})

test('--stage waits for the next deploy; a digest is equal for an equal value', async () => {
  const [{ digest } = { digest: '' }] = await list()
  await pocket.fly(['secrets', 'set', '--stage', 'TOKEN=two'])
  const staged = await list()
  expect(staged).toMatchObject([{ name: 'TOKEN', status: 'Staged' }])
  expect(staged[0]!.digest).not.toBe(digest)
  expect((await ask(pocket))?.env.TOKEN).toBe('one')
  await pocket.fly(['secrets', 'set', '--stage', 'TOKEN=one'])
  expect((await list())[0]).toEqual({ name: 'TOKEN', digest, status: 'Deployed' })
  await pocket.fly(['secrets', 'set', '--stage', 'TOKEN=three'])
  expect((await pocket.fly(['deploy'])).code).toBe(0)
  expect((await ask(pocket))?.env.TOKEN).toBe('three')
})

test('deploy brings staged ones live, import reads stdin, unset takes away', async () => {
  await pocket.program(['secrets', 'import', '--stage'], '# note\nA=1\nB=x=y\n')
  await pocket.fly(['secrets', 'deploy'])
  expect((await ask(pocket))?.env).toMatchObject({ A: '1', B: 'x=y' })
  expect((await pocket.fly(['secrets', 'deploy'])).out).toContain('There are no staged secrets')
  await pocket.fly(['secrets', 'unset', 'A', 'TOKEN'])
  expect((await ask(pocket))?.env).not.toHaveProperty('A')
  expect((await list()).map((one) => one.name)).toEqual(['B'])
})

test('a pair without a name is refused without its value', async () => {
  const ran = await pocket.fly(['secrets', 'set', '=sentinel'])
  expect(ran).toMatchObject({ code: 1, out: '' })
  expect(ran.err).not.toContain('sentinel')
})

test('no value stands in the call log', async () => {
  const text = await readFile(join(pocket.home, 'calls.ndjson'), 'utf8')
  expect(text).toContain('TOKEN=***')
  expect(text).not.toMatch(/TOKEN=(one|two|three)/)
})

test('many processes at once lose nothing', async () => {
  const names = Array.from({ length: 8 }, (_, i) => `app-${i}`)
  const ran = await Promise.all(names.map((name) => pocket.fly(['apps', 'create', name])))
  expect(ran.map((one) => one.code)).toEqual(names.map(() => 0))
  const apps = JSON.parse((await pocket.fly(['apps', 'list', '--json'])).out) as { Name: string; Hostname: string }[]
  expect(apps.map((app) => app.Name).sort()).toEqual([...names, 'demo'])
  expect(new Set(apps.map((app) => app.Hostname)).size).toBe(9)
})
