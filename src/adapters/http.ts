import type { Http } from '../ports.ts'

const MAX_BYTES = 1024 * 1024

/** Reads at most so many bytes; the rest is not waited for. */
const readBody = async (response: Response, most: number): Promise<string> => {
  const reader = response.body?.getReader()
  if (!reader) return ''
  const parts: Uint8Array[] = []
  let length = 0
  while (length < most) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(parts).toString('utf8')
    parts.push(value)
    length += value.length
  }
  await reader.cancel()
  return Buffer.concat(parts).subarray(0, most).toString('utf8')
}

/** The system's code where there is one (ECONNREFUSED, CERT_HAS_EXPIRED …): fetch itself only says "fetch failed". */
const reasonOf = (error: unknown, timeoutMs: number): string => {
  const { name, message, cause } = error as Error & { cause?: NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] } }
  if (name === 'TimeoutError' || name === 'AbortError') return `no answer within ${timeoutMs / 1000} s`
  const first = cause?.code ?? cause?.errors?.[0]?.code
  return first ?? cause?.message ?? message
}

const send: Http['send'] = async (url, { method, headers = {}, body, timeoutMs, maxBytes = MAX_BYTES }) => {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const said = { 'user-agent': 'safe-deploy', connection: 'close', ...headers }
    const response = await fetch(url, { method, redirect: 'manual', signal, headers: said, ...(body === undefined ? {} : { body }) })
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await readBody(response, maxBytes) }
  } catch (error) {
    throw new Error(reasonOf(error, timeoutMs), { cause: error })
  }
}

const get: Http['get'] = async (url, timeoutMs, more = {}) => {
  const { status, body } = await send(url, { method: 'GET', headers: { 'cache-control': 'no-cache', ...more }, timeoutMs })
  return { status, body }
}

/** HTTP by the runtime's own fetch, which loads at the first call. A redirect is an answer like any other. */
export const makeHttp = (): Http => ({ get, send })
