import type { Sink } from '../ports.ts'

/** More different paths than this are counted as one: a smoke must not fill memory. */
const MOST_KEYS = 1000

const keyOf = (url: string | undefined): string => {
  const [, first = ''] = (url ?? '').split(/[/?#]/)
  return first.slice(0, 200)
}

/** Opens a sink on a free loopback port. It lives only while smokes run and never keeps the process alive. */
export const openSink = async (): Promise<Sink> => {
  const { createServer } = await import('node:http')
  const seen = new Map<string, number>()
  const server = createServer((request, response) => {
    const key = keyOf(request.url)
    const name = seen.has(key) || seen.size < MOST_KEYS ? key : 'other'
    seen.set(name, (seen.get(name) ?? 0) + 1)
    request.on('error', () => {}).resume()
    response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' }).end('ok')
  })
  server.on('clientError', (_, socket) => socket.destroy())
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done))
  server.unref()
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    counts: () => Object.fromEntries(seen),
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
