import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, eventually, openPocket, type Pocket, type Started } from './pocket.ts'

let pocket: Pocket
beforeAll(async () => {
  pocket = await openPocket()
  await pocket.fly(['deploy'])
})
afterAll(() => pocket.close())

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const started = async (scenario: string, text: string): Promise<Started> => {
  await pocket.scenario(scenario)
  const deploy = pocket.start(['deploy'])
  await eventually(() => deploy.ended() || deploy.seen().includes(text))
  await pause(300)
  return deploy
}

const WATCH = 'Watch your deployment'

test('hang swallows the first INT and gives in to TERM; no release was made', async () => {
  const before = await pocket.releases()
  const deploy = await started('hang', WATCH)
  deploy.signal('SIGINT')
  await pause(300)
  expect(deploy.ended()).toBe(false)
  deploy.signal('SIGTERM')
  expect(await deploy.done).toMatchObject({
    code: 1,
    err: expect.stringContaining('Error: failed to create release: terminated signal received'),
  })
  expect(await pocket.releases()).toEqual(before)
})

test('hang-after-release leaves a pending release and untouched machines', async () => {
  const [machine] = await pocket.machines()
  const deploy = await started('hang-after-release', WATCH)
  deploy.signal('SIGTERM')
  expect(await deploy.done).toMatchObject({
    code: 1,
    err: expect.stringContaining("failed to set release status to 'running': terminated signal received"),
  })
  expect((await pocket.releases())[0]!.Status).toBe('pending')
  expect((await pocket.machines())[0]!.instance_id).toBe(machine!.instance_id)
})

test('hang-hard gives in to KILL alone', async () => {
  const deploy = await started('hang-hard', WATCH)
  for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM'] as const) deploy.signal(signal)
  await pause(300)
  expect(deploy.ended()).toBe(false)
  deploy.signal('SIGKILL')
  expect(await deploy.done).toMatchObject({ signal: 'SIGKILL' })
})

test('an INT during a release command ends the deploy silently with 127 and an interrupted release', async () => {
  const { 'fly.toml': toml } = {
    'fly.toml': 'app = "demo"\n[http_service]\ninternal_port = 8080\n[deploy]\nrelease_command = "echo begun; sleep 60"\n',
  }
  await pocket.write({ 'fly.toml': toml })
  const [machine] = await pocket.machines()
  const deploy = await started('none', 'begun')
  deploy.signal('SIGINT')
  const ran = await deploy.done
  expect(ran.code).toBe(127)
  expect(ran.err).not.toContain('Error')
  expect((await pocket.releases())[0]!.Status).toBe('interrupted')
  expect((await pocket.machines()).map((one) => one.instance_id)).toEqual([machine!.instance_id])
})

test('a killed deploy leaves its release running and its leases, which stop the next one', async () => {
  await pocket.write({
    'fly.toml': 'app = "demo"\n[http_service]\ninternal_port = 8080\n[[http_service.checks]]\npath = "/"\ngrace_period = "10m"\n',
    'server.js': 'setInterval(() => {}, 1000)\n',
  })
  const deploy = await started('none', 'Updating existing machines')
  deploy.signal('SIGKILL')
  await deploy.done
  expect((await pocket.releases())[0]!.Status).toBe('running')
  const next = await pocket.fly(['deploy'])
  expect(next.err).toMatch(/lease currently held by you@example\.com, expires at/)
  expect((await pocket.releases())[0]!.Status).toBe('failed')
})

test('a reader that goes away does not end a deploy half way', async () => {
  const closed = await openPocket()
  try {
    const { spawn } = await import('node:child_process')
    const child = spawn('sh', ['-c', `"${closed.bin}/fly" deploy 2>&1 | head -1 >/dev/null`], {
      cwd: closed.app,
      env: closed.env,
      stdio: 'ignore',
    })
    await new Promise((resolve) => child.on('close', resolve))
    await eventually(async () => (await closed.releases())[0]?.Status === 'complete')
    expect(await ask(closed)).toMatchObject({ version: '1' })
  } finally {
    await closed.close()
  }
})
