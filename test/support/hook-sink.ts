import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A message that was taken: answered with 200, whether or not anybody was left to read that. */
export interface Taken {
  path: string
  body: string
  at: number
}

export interface HookSink {
  url: string
  taken: Taken[]
  close(): Promise<void>
}

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** A webhook server as Slack's, as slow and as unwilling as told. @param fate of each message: how long it takes, and the status */
export const startSink = async (fate: () => { ms: number; status: number }): Promise<HookSink> => {
  const taken: Taken[] = []
  const server = createServer(async (request, response) => {
    const body = await read(request).catch(() => null)
    if (body === null) return
    const { ms, status } = fate()
    if (ms > 0) await sleep(ms)
    if (status === 200) taken.push({ path: request.url ?? '', body, at: Date.now() })
    response.writeHead(status, { 'content-type': 'text/html' }).end(status === 200 ? 'ok' : 'service_unavailable')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
