import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came. */
export interface Got {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: string
  json: unknown
}

/** How one request is answered; `hang`: never; `stall`: it begins and never ends; `cut`: the connection goes. */
export type Reply = { status: number; body?: string; headers?: Record<string, string> } | 'hang' | 'stall' | 'cut'

export const okJson = (value: unknown, status = 200): Reply => ({
  status,
  body: JSON.stringify(value),
  headers: { 'content-type': 'application/json' },
})

const read = async (request: IncomingMessage): Promise<Got> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = Buffer.concat(parts).toString('utf8')
  const { method = '', url: path = '', headers } = request
  return { method, path, headers, body, json: body.startsWith('{') || body.startsWith('[') ? JSON.parse(body) : null }
}

/** A server on loopback that behaves as it is told and keeps what it got. */
export const serve = async (answer: (got: Got, n: number) => Reply | Promise<Reply>) => {
  const got: Got[] = []
  const server = createServer(async (request, response) => {
    const one = await read(request)
    got.push(one)
    const reply = await answer(one, got.length)
    if (reply === 'hang') return
    if (reply === 'stall') return void response.writeHead(200, { 'content-type': 'application/json' }).write('{')
    if (reply === 'cut') return void request.socket.destroy()
    response.writeHead(reply.status, reply.headers ?? { 'content-type': 'text/plain' }).end(reply.body ?? '')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
