import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { ask, channelTo, openRelayHouse } from '../../support/relay-house.ts'

/** A webhook that answers every connection with these bytes. */
const rawWebhook = async (answer: string): Promise<string> => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/x`
}

test('an answer whose status is none is no answer, and the relay lives', async () => {
  const to = await rawWebhook('HTTP/1.1 099 Odd\r\ncontent-length: 2\r\n\r\nok')
  const house = await openRelayHouse({ channels: (slack) => [channelTo(slack, 'alerts', { to })] })
  expect(await house.post('hello')).toMatchObject({ status: 502, text: 'The relay got no answer from the webhook: its status is 99.' })
  expect((await ask(`${house.url}/health`, 'GET')).text).toBe('{"ok":true}\n')
})

test('who has no key takes no room from those who have: bodies for /health are not waited for', async () => {
  const house = await openRelayHouse()
  const hogs = Array.from({ length: 140 }, () => connect(house.port, '127.0.0.1').on('error', () => {}))
  onTestFinished(() => hogs.forEach((hog) => void hog.destroy()))
  const answered = hogs.map((hog) => once(hog, 'data'))
  for (const hog of hogs) hog.write('POST /health HTTP/1.1\r\nhost: relay\r\ncontent-length: 262144\r\n\r\n')
  expect(String((await Promise.all(answered))[0])).toMatch(/^HTTP\/1\.1 200 /)
  expect((await house.post('hello')).text).toBe('ok')
})

test('pages go on behind the last message although its window is forgotten meanwhile', async () => {
  const house = await openRelayHouse()
  const told = 'error: the disk is gone'
  const say = async (times: number) => {
    await house.quiet()
    for (let n = 0; n < times; n++) await house.post(told)
    await house.admin('POST /v1/release', { app: 'web', by: 'a test' })
  }
  await say(3)
  const { kind } = (await house.admin('GET /v1/held')).json.kinds![0]!
  const { next } = (await house.admin(`GET /v1/held/${kind}?limit=1`)).json
  await say(2)
  const rest = (await house.admin(`GET /v1/held/${kind}?after=${next}`)).json
  expect([rest.messages?.length, rest.next]).toEqual([4, null])
})
