import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import type { House } from './house.ts'

type Message = Record<string, unknown> & { id?: number; result?: unknown; error?: unknown; method?: string }

/** What a tool answered. */
export interface Answer {
  isError?: boolean
  content: { type: string; text: string }[]
  structuredContent?: Record<string, unknown>
}

export interface Client {
  request(method: string, params?: unknown): Promise<unknown>
  tool(name: string, input?: Record<string, unknown>): Promise<Answer>
  /** Notifications so far. */
  heard: Message[]
  /** Lines on its stdout that are no JSON-RPC. */
  strange: string[]
  said(): string
  /** Closes its stdin and waits for its end. */
  leave(): Promise<number | null>
  pid: number
}

/** A client over stdio that speaks JSON-RPC, a line a message, and has opened the connection as clients of 2025 do. */
export const connect = async (house: House): Promise<Client> => {
  const [program = '', ...bin] = house.bin
  const child = spawn(program, [...bin, 'mcp'], { cwd: house.root, env: house.env, stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const waits = new Map<number, (message: Message) => void>()
  const seen = { heard: [] as Message[], strange: [] as string[], err: '', next: 1 }
  child.stderr.on('data', (data) => {
    seen.err += data
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    try {
      const message = JSON.parse(line) as Message
      if (typeof message.id === 'number') waits.get(message.id)?.(message)
      else seen.heard.push(message)
    } catch {
      seen.strange.push(line)
    }
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const say = (message: Message) => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  const request = async (method: string, params: unknown = {}): Promise<unknown> => {
    const id = seen.next
    seen.next += 1
    const answer = new Promise<Message>((resolve) => waits.set(id, resolve))
    say({ id, method, params })
    const message = await Promise.race([answer, ended.then((code) => Promise.reject(new Error(`it ended with ${code}: ${seen.err}`)))])
    if (message.error) throw new Error(JSON.stringify(message.error))
    return message.result
  }
  await request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a test', version: '1' } })
  say({ method: 'notifications/initialized' })
  return {
    request,
    tool: async (name, input = {}) =>
      (await request('tools/call', { name, arguments: input, _meta: { progressToken: `p${seen.next}` } })) as Answer,
    heard: seen.heard,
    strange: seen.strange,
    said: () => seen.err,
    leave: () => {
      child.stdin.end()
      return ended
    },
    pid: child.pid ?? 0,
  }
}
