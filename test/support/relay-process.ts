import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { built } from './built.ts'
import { ADMIN } from './relay-config.ts'

interface Answer {
  status: number
  body: string
}

/** A relay as users run it: the built program, one config, one folder for what it keeps, started as often as wanted. */
export interface RelayProcess {
  start(): Promise<void>
  kill(signal: NodeJS.Signals): Promise<void>
  /** What came back; null: no answer. */
  post(path: string, body: string): Promise<Answer | null>
  /** A call of the admin. */
  admin(method: 'GET' | 'POST', path: string, input?: object): Promise<Record<string, unknown>>
  log: string[]
}

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  return port
}

const agent = new Agent({ keepAlive: true, maxSockets: 1_000 })

const call = (port: number, method: string, path: string, headers: Record<string, string>, body: string): Promise<Answer> =>
  new Promise((done, fail) => {
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
      response.on('error', fail)
    })
    sent.on('error', fail)
    sent.end(body)
  })

/** A relay that is not started yet. @param dir holds its config and its journal */
export const relayProcess = async (dir: string, config: (port: number) => string, env: Record<string, string>): Promise<RelayProcess> => {
  const port = await freePort()
  const file = join(dir, 'relay.yml')
  writeFileSync(file, config(port))
  const at = { child: null as ChildProcess | null }
  const log: string[] = []
  onTestFinished(() => void at.child?.kill('SIGKILL'))
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    const { child } = at
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  return {
    log,
    kill,
    start: async () => {
      const child = spawn(process.execPath, [join(built(), 'bin', 'safe-deploy.js'), 'relay', '--config', file], {
        cwd: dir,
        env: { PATH: process.env.PATH, HOME: dir, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      at.child = child
      createInterface({ input: child.stdout }).on('line', (line) => log.push(line))
      const ready = new Promise<void>((done, fail) => {
        createInterface({ input: child.stderr }).on('line', (line) => {
          log.push(line)
          if (line.includes('Listening on')) done()
        })
        child.once('close', (code) => fail(new Error(`the relay ended with ${code}: ${log.slice(-20).join(' | ')}`)))
      })
      await ready
    },
    post: (path, body) => call(port, 'POST', path, { 'content-type': 'application/json' }, body).catch(() => null),
    admin: async (method, path, input) => {
      const body = input === undefined ? '' : JSON.stringify(input)
      const answer = await call(port, method, path, { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' }, body)
      return { status: answer.status, ...JSON.parse(answer.body) }
    },
  }
}
