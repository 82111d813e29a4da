import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, eventually, FLY_TOML, isGone, openPocket, type Pocket, SERVER } from './pocket.ts'

let pocket: Pocket
beforeAll(async () => {
  pocket = await openPocket()
  await pocket.fly(['deploy'])
})
afterAll(() => pocket.close())

interface LiveFile {
  supervisor: { pid: number }
  child: { pid: number } | null
}

const live = async (id: string): Promise<LiveFile> => JSON.parse(await readFile(join(pocket.home, 'machines', `${id}.json`), 'utf8'))
const only = async () => (await pocket.machines())[0]!

describe('machine commands', () => {
  test('stop and start are a real stop and start; a deploy leaves a stopped machine stopped', async () => {
    const { id } = await only()
    expect((await pocket.fly(['machine', 'stop', id])).out).toContain(`${id} has been successfully stopped`)
    expect(await ask(pocket)).toBeNull()
    expect(await only()).toMatchObject({
      state: 'stopped',
      events: [{ type: 'exit', request: { exit_event: { requested_stop: true, restarting: false } } }, {}, {}],
    })
    expect((await pocket.fly(['deploy'])).code).toBe(0)
    expect(await only()).toMatchObject({ state: 'stopped', config: { metadata: { fly_release_version: '2' } } })
    expect(await ask(pocket)).toBeNull()
    await pocket.fly(['machine', 'start', id])
    await eventually(async () => (await ask(pocket))?.version === '2')
  })

  test('restart keeps the instance and makes no release', async () => {
    const before = await only()
    const { child } = await live(before.id)
    expect((await pocket.fly(['m', 'restart', before.id, '-a', 'demo'])).code).toBe(0)
    expect((await only()).instance_id).toBe(before.instance_id)
    expect((await live(before.id)).child!.pid).not.toBe(child!.pid)
    expect(await pocket.releases()).toHaveLength(2)
  })

  test('an unknown machine is an error', async () => {
    expect((await pocket.fly(['machine', 'start', 'nope'])).err).toContain('machine not found')
  })

  test('destroy wants --force while it runs', async () => {
    await pocket.fly(['scale', 'count', '2'])
    const [, second] = await pocket.machines()
    expect((await pocket.fly(['machine', 'destroy', second!.id])).err).toContain('use --force to destroy')
    expect((await pocket.fly(['machine', 'destroy', second!.id, '--force'])).code).toBe(0)
    expect(await pocket.machines()).toHaveLength(1)
  })
})

describe('a program that ends', () => {
  test('killed from outside is seen at once: its supervisor starts it again', async () => {
    const { id } = await only()
    const { child } = await live(id)
    process.kill(child!.pid, 'SIGKILL')
    await eventually(async () => {
      const now = (await live(id)).child
      return now !== null && now.pid !== child!.pid
    })
    expect((await only()).events.find((event) => event.type === 'exit')).toMatchObject({
      request: { exit_event: { exit_code: 137, restarting: true }, restart_count: 1 },
    })
  })

  test('both killed from outside: stopped, with an exit', async () => {
    const { id } = await only()
    const { supervisor, child } = await live(id)
    process.kill(supervisor.pid, 'SIGKILL')
    process.kill(child!.pid, 'SIGKILL')
    await eventually(async () => (await only()).state === 'stopped')
    expect((await only()).events[0]).toMatchObject({ type: 'exit', request: { exit_event: { restarting: false } } })
    await pocket.fly(['machine', 'start', id])
  })

  test('crash looping fails the smoke check; the machine stays on the new release', async () => {
    await pocket.write({ 'server.js': 'console.error("password authentication failed")\nprocess.exit(1)\n' })
    const ran = await pocket.fly(['deploy'])
    const machine = await only()
    expect(ran.code).toBe(1)
    expect(ran.err).toContain(`Error: smoke checks for ${machine.id} failed: the app appears to be crashing`)
    expect(machine.config.metadata.fly_release_version).toBe(String((await pocket.releases())[0]!.Version))
    const exit = machine.events.find((event) => event.type === 'exit')!
    expect(exit.request!.exit_event.exit_code).toBe(1)
    const { out } = await pocket.fly(['logs', '--no-tail'])
    expect(out).toMatch(new RegExp(`^\\S+Z app\\[${machine.id}\\] ams \\[info\\]password authentication failed$`, 'm'))
    await pocket.write({ 'server.js': SERVER })
    await pocket.fly(['deploy'])
  })

  test('that exits with 0 is stopped and not restarted', async () => {
    await pocket.write({ 'fly.toml': `${FLY_TOML}\n[processes]\napp = "node server.js"\nonce = "echo done"\n` })
    expect((await pocket.fly(['deploy'])).code).toBe(0)
    await eventually(async () => (await pocket.machines()).some((machine) => machine.state === 'stopped'))
    const stopped = (await pocket.machines()).find((machine) => machine.state === 'stopped')!
    expect(stopped.events[0]).toMatchObject({
      type: 'exit',
      request: { exit_event: { exit_code: 0, restarting: false }, restart_count: 0 },
    })
  })
})

describe('health checks', () => {
  test('really ask the program; one that answers 500 fails the deploy by a timeout', async () => {
    const toml = `${FLY_TOML}\n[[http_service.checks]]\npath = "/health"\ngrace_period = "1s"\n`
    await pocket.write({
      'fly.toml': toml,
      'server.js': "require('http').createServer((q, r) => { r.statusCode = 500; r.end('no db') }).listen(process.env.PORT)\n",
    })
    const ran = await pocket.fly(['deploy', '--wait-timeout', '1m'])
    expect(ran.err).toMatch(/Error: timeout reached waiting for health checks to pass for machine \w+: /)
    const machine = (await pocket.machines()).find((one) => one.checks.length > 0)!
    expect(machine).toMatchObject({
      state: 'started',
      checks: [{ name: 'servicecheck-00-http-8080', status: 'critical', output: 'HTTP GET /health: 500 no db' }],
    })
    const checks = JSON.parse((await pocket.fly(['checks', 'list', '--json'])).out)
    expect(checks[machine.id]).toEqual(machine.checks)
  })
})

describe('leaving', () => {
  test('a command runs in the root and with the environment of a machine', async () => {
    const ran = await pocket.fly(['ssh', 'console', '-C', `sh -c 'echo "$GREETING $FLY_MACHINE_ID"; ls'`])
    expect(ran.out).toContain('hello ')
    expect(ran.out).toContain('server.js')
    const failed = await pocket.fly(['ssh', 'console', '-C', 'sh -c "exit 3"'])
    expect(failed).toMatchObject({ code: 1 })
    expect(failed.err).toContain('Error: ssh shell: Process exited with status 3')
  })

  test('__stop-all ends every process of the folder', async () => {
    const pids: number[] = []
    for (const { id } of await pocket.machines()) {
      const { supervisor, child } = await live(id)
      pids.push(supervisor.pid, ...(child ? [child.pid] : []))
    }
    expect((await pocket.fly(['__stop-all'])).code).toBe(0)
    await eventually(() => pids.every(isGone))
    expect((await pocket.machines()).every((machine) => machine.state === 'stopped')).toBe(true)
  })

  test('a removed state folder, or nobody calling for long, ends them too', async () => {
    const other = await openPocket()
    const env = { POCKET_FLY_IDLE_MS: '1500' }
    await other.fly(['deploy'], { env })
    const [machine] = await other.machines()
    const { supervisor } = JSON.parse(await readFile(join(other.home, 'machines', `${machine!.id}.json`), 'utf8')) as LiveFile
    await eventually(() => isGone(supervisor.pid))
    await other.fly(['machine', 'start', machine!.id])
    const again = JSON.parse(await readFile(join(other.home, 'machines', `${machine!.id}.json`), 'utf8')) as LiveFile
    await rm(other.home, { recursive: true, force: true })
    await eventually(() => isGone(again.supervisor.pid) && isGone(again.child!.pid))
    expect(existsSync(join(other.home, 'state.json'))).toBe(false)
    await rm(other.dir, { recursive: true, force: true })
  })

  test('apps destroy wants --yes, then leaves nothing', async () => {
    await pocket.fly(['deploy', '--detach'])
    expect((await pocket.fly(['apps', 'destroy', 'demo'])).err).toContain('yes flag must be specified')
    expect((await pocket.fly(['apps', 'destroy', 'demo', '-y'])).code).toBe(0)
    expect(JSON.parse((await pocket.fly(['apps', 'list', '--json'])).out)).toEqual([])
  })
})
