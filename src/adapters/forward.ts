import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import type { Bytes, Forwarded, Forwarder } from '../ports-relay.ts'

/** Connections to one webhook's host at once; more wait, within their time. */
const MOST_SOCKETS = 256
/** A connection that nobody used for so long is closed before the other side does it while a message is on its way. */
const IDLE_MS = 4_000
const MAX_ANSWER = 1024 * 1024

const AGENT = { keepAlive: true, maxSockets: MOST_SOCKETS, maxFreeSockets: 32, scheduling: 'lifo', timeout: IDLE_MS } as const

/**
 * Hands bytes on to webhooks over connections that stay open. A connection that turns out to be closed already gets a second try on a new one.
 * @param timeoutMs from the call to the last byte of the answer
 */
export const makeForwarder = (timeoutMs: number): Forwarder => {
  const [agent, tlsAgent] = [new Agent(AGENT), new TlsAgent(AGENT)]
  const send = (url: URL, bytes: Bytes, ms: number): Promise<Forwarded> => {
    const began = performance.now()
    const how: RequestOptions = {
      method: 'POST',
      agent: url.protocol === 'https:' ? tlsAgent : agent,
      headers: { ...bytes.headers, 'content-length': bytes.body.length },
    }
    return new Promise((done) => {
      const out = (url.protocol === 'https:' ? tlsRequest : request)(url, how)
      const end = (result: Forwarded) => {
        clearTimeout(timer)
        done(result)
      }
      const late = (): void => {
        end({ ok: false, why: `no answer within ${timeoutMs / 1000} s`, timeout: true })
        out.destroy()
      }
      const timer = setTimeout(late, ms)
      out.on('response', (response) => take(response, end))
      out.on('error', (error: NodeJS.ErrnoException) => {
        const stale = out.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
        if (stale) end({ ok: false, why: STALE, timeout: false })
        else end({ ok: false, why: error.code ?? error.message, timeout: false })
      })
      out.end(bytes.body)
    }).then((result) => again(result as Forwarded, url, bytes, ms - (performance.now() - began)))
  }
  const again = (result: Forwarded, url: URL, bytes: Bytes, ms: number): Forwarded | Promise<Forwarded> =>
    !result.ok && result.why === STALE ? send(url, bytes, Math.max(1, ms)) : result
  return {
    post: (url, bytes) => send(new URL(url), bytes, timeoutMs),
    close: () => {
      agent.destroy()
      tlsAgent.destroy()
    },
  }
}

const STALE = 'ECONNRESET on a connection that was kept'

/** Reads an answer to its end; one that breaks off is none, nor is one whose status nobody could hand on. */
const take = (response: IncomingMessage, end: (result: Forwarded) => void): void => {
  const status = response.statusCode ?? 0
  if (status < 200) {
    end({ ok: false, why: `its status is ${status}`, timeout: false })
    response.destroy()
    return
  }
  const parts: Buffer[] = []
  const seen = { length: 0 }
  response.on('data', (part: Buffer) => {
    seen.length += part.length
    if (seen.length <= MAX_ANSWER) return parts.push(part)
    end({ ok: false, why: 'its answer is longer than 1 MiB', timeout: false })
    return response.destroy()
  })
  response.on('end', () => end({ ok: true, status, headers: headersOf(response), body: Buffer.concat(parts) }))
  response.on('error', (error: NodeJS.ErrnoException) => end({ ok: false, why: error.code ?? error.message, timeout: false }))
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]))
