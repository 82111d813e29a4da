import { request } from 'node:http'
import { connect } from 'node:net'
import type { CheckResult } from './live.ts'
import type { CheckSpec } from './state.ts'

type Verdict = Pick<CheckResult, 'status' | 'output'>

/** Slow machines run the pocket too: a check never gets less time than this, whatever the speed. */
const LEAST_TIMEOUT_MS = 1_000
const OUTPUT_LIMIT = 500

const http = (check: CheckSpec, port: number, timeoutMs: number): Promise<Verdict> =>
  new Promise((resolve) => {
    const done = (status: Verdict['status'], output: string): void => {
      call.destroy()
      resolve({ status, output })
    }
    const options = { host: '127.0.0.1', port, path: check.path, method: check.method, headers: check.headers, agent: false as const }
    const call = request(options, (answer) => {
      const code = answer.statusCode ?? 0
      let body = ''
      answer.setEncoding('utf8')
      answer.on('data', (text: string) => {
        body = (body + text).slice(0, OUTPUT_LIMIT)
      })
      answer.on('end', () =>
        done(code >= 200 && code < 300 ? 'passing' : 'critical', `HTTP ${check.method} ${check.path}: ${code} ${body}`.trim()),
      )
      answer.on('error', (error) => done('critical', error.message))
    })
    call.setTimeout(timeoutMs, () => done('critical', `HTTP ${check.method} ${check.path}: context deadline exceeded`))
    call.on('error', (error) => done('critical', error.message))
    call.end()
  })

const tcp = (port: number, timeoutMs: number): Promise<Verdict> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const done = (status: Verdict['status'], output: string): void => {
      socket.destroy()
      resolve({ status, output })
    }
    socket.setTimeout(timeoutMs, () => done('critical', 'i/o timeout'))
    socket.on('connect', () => done('passing', 'Success'))
    socket.on('error', (error) => done('critical', error.message))
  })

/** Performs one check against a loopback port. Never throws; what cannot be reached is critical. */
export const performCheck = async (check: CheckSpec, port: number, speed: number): Promise<CheckResult> => {
  const timeoutMs = Math.max(LEAST_TIMEOUT_MS, check.timeoutMs / speed)
  const verdict = await (check.type === 'http' ? http(check, port, timeoutMs) : tcp(port, timeoutMs))
  return { name: check.name, ...verdict, updated_at: new Date().toISOString() }
}
