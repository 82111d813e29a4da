import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What it got. */
interface Got {
  path: string
  headers: IncomingMessage['headers']
  bytes: Buffer
  /** Of the JSON, posted as such or in `payload`; the raw body where there is none. */
  text: string
  /** By a clock that only counts up. */
  at: number
}

/** What it does with a post: an answer, none at all, or a connection that breaks off. */
export type Answer = 'hang' | 'reset' | { status: number; headers?: Record<string, string>; body?: string | Buffer; afterMs?: number }

export interface FakeSlack {
  /** `http://127.0.0.1:PORT`; any path below it is a webhook. */
  url: string
  got: Got[]
  /** Texts posted to a path, in order. */
  texts(path: string): string[]
  /** From now on. Default: Slack's own `ok`. */
  answers(how: Answer | ((got: Got) => Answer)): void
  /** Connections that it has seen. */
  connections(): number
  close(): Promise<void>
}

const OK: Answer = { status: 200, headers: { 'content-type': 'text/html' }, body: 'ok' }

const textOf = (body: string): string => {
  try {
    const json = body.startsWith('{') ? body : (new URLSearchParams(body).get('payload') ?? '')
    return String(JSON.parse(json).text ?? body)
  } catch {
    return body
  }
}

const send = (response: ServerResponse, answer: Answer): void => {
  if (answer === 'hang') return
  if (answer === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  const { status, headers = {}, body = '', afterMs = 0 } = answer
  setTimeout(() => response.writeHead(status, headers).end(body), afterMs)
}

/** A server that speaks like Slack's webhooks, and as badly as it is told to. */
export const openFakeSlack = async (): Promise<FakeSlack> => {
  const state: { how: Answer | ((got: Got) => Answer); connections: number } = { how: OK, connections: 0 }
  const got: Got[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const bytes = Buffer.concat(parts)
      const one = { path: request.url ?? '', headers: request.headers, bytes, text: textOf(bytes.toString()), at: performance.now() }
      got.push(one)
      send(response, typeof state.how === 'function' ? state.how(one) : state.how)
    })
  })
  server.on('connection', () => {
    state.connections += 1
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    texts: (path) => got.filter((one) => one.path === path).map(({ text }) => text),
    answers: (how) => {
      state.how = how
    },
    connections: () => state.connections,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
