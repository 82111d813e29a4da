// Posts over kept connections, with as little work a message as can be: what is measured shares the machine.
import { connect } from 'node:net'

const frame = ({ port, path }, body) => {
  const bytes = Buffer.from(body)
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), bytes])
}

/** One answer out of what came so far, or null. Answers here are short and say how long they are. */
const answerIn = (text) => {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, end + 2))?.[1] ?? 0)
  return text.length < end + 4 + length ? null : { status: Number(text.slice(9, 12)), body: text.slice(end + 4) }
}

const open = (to) =>
  new Promise((done, fail) => {
    const socket = connect({ port: to.port, host: '127.0.0.1', noDelay: true }, () => {
      socket.setEncoding('latin1')
      let seen = ''
      let waiting = null
      const settle = (act) => {
        const who = waiting
        waiting = null
        seen = ''
        if (who) act(who)
      }
      socket.on('data', (part) => {
        seen += part
        const answer = answerIn(seen)
        if (answer) settle(({ done: took }) => took(answer))
      })
      socket.on('close', () => settle(({ fail: gone }) => gone(new Error('the connection was closed'))))
      done({
        send: (body) =>
          new Promise((took, gone) => {
            waiting = { done: took, fail: gone }
            socket.write(frame(to, body))
          }),
        close: () => socket.destroy(),
      })
    })
    socket.once('error', fail)
  })

const timed = async (connection, body) => {
  const began = process.hrtime.bigint()
  const answer = await connection.send(body)
  return { ...answer, ms: Number(process.hrtime.bigint() - began) / 1e6 }
}

const kept = new Map()

/** Over a connection that is kept for the next one. */
export const postOne = async (to, body) => {
  const key = `${to.port}${to.path}`
  if (!kept.has(key)) kept.set(key, await open(to))
  return timed(kept.get(key), body)
}

/** Every connection posts one after the other, as long as is said. */
export const postAll = async (to, { connections, seconds, body }) => {
  const answers = new Map()
  const ms = []
  const next = { n: 0 }
  const began = process.hrtime.bigint()
  const end = began + BigInt(Math.round(seconds * 1e9))
  const sender = async () => {
    const connection = await open(to)
    while (process.hrtime.bigint() < end) {
      const answer = await timed(connection, body(next.n++))
      const said = `${answer.status} ${answer.body}`
      answers.set(said, (answers.get(said) ?? 0) + 1)
      ms.push(answer.ms)
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: connections }, sender))
  return { answers, ms, seconds: Number(process.hrtime.bigint() - began) / 1e9 }
}
