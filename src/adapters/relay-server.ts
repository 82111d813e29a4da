import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answerer, Knock, Listening, Reply } from '../ports-relay.ts'

/** Head and body of a request must be here within this. */
const REQUEST_MS = 10_000
/** How often the runtime looks for connections that are over time. */
const LOOK_MS = 1_000
/** Longer than proxies keep an idle connection: they end it, not we while they send. */
const KEEP_ALIVE_MS = 75_000
const MOST_CONNECTIONS = 4_096
const MAX_HEADERS = 16 * 1024
/** Bytes of bodies that are read or being answered at once; more wait in the network. */
const MOST_BYTES = 32 * 1024 * 1024
/** How long one that is refused may go on sending, so that it can read why. */
const LINGER_MS = 1_000

interface Room {
  left: number
  queue: { bytes: number; enter: () => void }[]
}

/** Where a host of `::` finds no IPv6, it is every address of IPv4. */
const listen = async (server: Server, host: string, port: number): Promise<void> => {
  const on = (at: string) =>
    new Promise<void>((done, fail) => {
      server.once('error', fail)
      server.listen({ host: at, port }, () => {
        server.off('error', fail)
        done()
      })
    })
  try {
    await on(host)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (host !== '::' || (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL')) throw error
    await on('0.0.0.0')
  }
}

/**
 * The relay's HTTP server: bounded in time, connections, headers, bodies and memory. Answers come from `answerer`.
 * @param maxBody bytes of a body; a longer one gets 413, and the connection ends
 * @throws the system's error where it cannot listen
 */
export const listenRelay = async (at: { host: string; port: number }, maxBody: number, answerer: Answerer): Promise<Listening> => {
  const room: Room = { left: MOST_BYTES, queue: [] }
  const state = { stopping: false }
  const server = createServer({
    maxHeaderSize: MAX_HEADERS,
    headersTimeout: REQUEST_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: LOOK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    noDelay: true,
  })
  server.maxConnections = MOST_CONNECTIONS
  const take = (request: IncomingMessage, response: ServerResponse, go: () => void): void => {
    request.on('error', () => {})
    response.on('error', () => {})
    const knock = knockOf(request)
    const refused = tooLong(request, maxBody) ?? answerer.refuses(knock)
    if (refused !== null) {
      refuse(request, response, refused, maxBody)
      return
    }
    const bytes = Math.min(lengthOf(request) ?? maxBody, maxBody)
    const way = { whole: false }
    const enter = () => {
      go()
      read(request, response, maxBody, (body) => {
        // Who asked may be gone by now; what was posted is taken all the same, and is in memory until then.
        way.whole = true
        void answerer.answer(knock, body).then((reply) => {
          leave(room, bytes, enter)
          write(response, reply, state.stopping)
        })
      })
    }
    response.on('close', () => {
      if (!way.whole) leave(room, bytes, enter)
    })
    enterRoom(room, bytes, enter)
  }
  server.on('request', (request, response) => take(request, response, () => {}))
  server.on('checkContinue', (request, response) => take(request, response, () => response.writeContinue()))
  await listen(server, at.host, at.port)
  const { address, port } = server.address() as AddressInfo
  return {
    host: address,
    port,
    stop: async (ms) => {
      state.stopping = true
      await stop(server, ms)
    },
  }
}

const knockOf = ({ method = '', url = '/', headers }: IncomingMessage): Knock => {
  const cut = url.indexOf('?')
  const path = cut < 0 ? url : url.slice(0, cut)
  return { method, path, query: cut < 0 ? '' : url.slice(cut + 1), headers: headers as Knock['headers'] }
}

const lengthOf = (request: IncomingMessage): number | null => {
  const said = request.headers['content-length']
  return said === undefined ? (request.headers['transfer-encoding'] === undefined ? 0 : null) : Number(said)
}

const TOO_LONG: Reply = { status: 413, headers: { 'content-type': 'text/plain', connection: 'close' }, body: 'too_large' }

const tooLong = (request: IncomingMessage, maxBody: number): Reply | null => ((lengthOf(request) ?? 0) > maxBody ? TOO_LONG : null)

/** Says no at once, then lets the other side finish what it sends, within reason: a connection that is cut would take the answer with it. */
const refuse = (request: IncomingMessage, response: ServerResponse, reply: Reply, maxBody: number): void => {
  const seen = { length: 0 }
  const cut = () => {
    response.end()
    request.socket.destroySoon()
  }
  const timer = setTimeout(cut, LINGER_MS)
  response.on('close', () => clearTimeout(timer))
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) })
  response.write(reply.body)
  request.on('data', (part: Buffer) => {
    seen.length += part.length
    if (seen.length > 64 * maxBody) cut()
  })
  request.on('end', () => response.end())
}

/** The whole body, or 413; what breaks off gets no answer. */
const read = (request: IncomingMessage, response: ServerResponse, maxBody: number, then: (body: Buffer) => void): void => {
  const parts: Buffer[] = []
  const seen = { length: 0, over: false }
  request.on('data', (part: Buffer) => {
    if (seen.over) return
    seen.length += part.length
    if (seen.length <= maxBody) return void parts.push(part)
    seen.over = true
    parts.length = 0
    request.removeAllListeners('data')
    request.removeAllListeners('end')
    refuse(request, response, TOO_LONG, maxBody)
  })
  request.on('end', () => then(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)))
}

const write = (response: ServerResponse, reply: Reply, last: boolean): void => {
  if (response.destroyed) return
  const headers = { ...reply.headers, 'content-length': Buffer.byteLength(reply.body), ...(last ? { connection: 'close' } : {}) }
  response.writeHead(reply.status, headers)
  response.end(reply.body)
}

const enterRoom = (room: Room, bytes: number, enter: () => void): void => {
  if (room.queue.length > 0 || room.left < bytes) return void room.queue.push({ bytes, enter })
  room.left -= bytes
  enter()
}

const leave = (room: Room, bytes: number, enter: () => void): void => {
  const waits = room.queue.findIndex((one) => one.enter === enter)
  if (waits >= 0) return void room.queue.splice(waits, 1)
  room.left += bytes
  for (let next = room.queue[0]; next && room.left >= next.bytes; next = room.queue[0]) {
    room.queue.shift()
    room.left -= next.bytes
    next.enter()
  }
}

const stop = (server: Server, ms: number): Promise<void> =>
  new Promise((done) => {
    const late = setTimeout(() => server.closeAllConnections(), ms)
    server.close(() => {
      clearTimeout(late)
      done()
    })
    server.closeIdleConnections()
  })
