import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeClock } from '../../src/adapters/clock.ts'
import { makeHttp } from '../../src/adapters/http.ts'

let server: Server
let base = ''
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end('gone')
    else if (request.url === '/big') response.writeHead(200).end('x'.repeat(3 * 1024 * 1024))
    else if (request.url === '/broken') response.writeHead(503).end('no')
    else if (request.url !== '/silent') response.writeHead(200).end('ok é')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const http = makeHttp()

describe('http', () => {
  it('gives status and body, whatever the status', async () => {
    expect(await http.get(`${base}/`, 10_000)).toEqual({ status: 200, body: 'ok é' })
    expect(await http.get(`${base}/broken`, 10_000)).toEqual({ status: 503, body: 'no' })
  })

  it('does not follow a redirect', async () => {
    expect((await http.get(`${base}/moved`, 10_000)).status).toBe(302)
  })

  it('cuts the body at 1 MiB', async () => {
    expect((await http.get(`${base}/big`, 10_000)).body).toHaveLength(1024 * 1024)
  })

  it('says shortly why there is no answer', async () => {
    await expect(http.get(`${base}/silent`, 200)).rejects.toThrow('no answer within 0.2 s')
    await expect(http.get('http://127.0.0.1:1/', 10_000)).rejects.toThrow(/^(ECONNREFUSED|bad port)$/)
    await expect(http.get('not a url', 10_000)).rejects.toThrow()
  })
})

describe('clock', () => {
  it('wakes at once when told', async () => {
    const stop = new AbortController()
    const sleeping = makeClock().sleep(60_000, stop.signal)
    stop.abort()
    await sleeping
    await makeClock().sleep(60_000, stop.signal)
    await makeClock().sleep(1)
    expect(makeClock().now()).toBeGreaterThan(1.7e12)
  })
})
