import { createServer, type IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'

/** A message as it came to a webhook. */
export interface SlackPost {
  /** Epoch milliseconds. */
  at: number
  /** Path of the webhook; its last part names the channel. */
  path: string
  headers: Readonly<Record<string, string | undefined>>
  body: Buffer
  /** What stands in the channel: `text`, else what the first attachment or block says; empty where nothing could be read. */
  text: string
}

interface SlackAnswer {
  status: number
  headers?: Readonly<Record<string, string>>
  body: string
}

/** Decides what a post gets; `hang`: no answer at all; null: what Slack would say of it. */
type SlackMood = (post: SlackPost, nth: number) => SlackAnswer | 'hang' | null

export interface PocketSlack {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  url: string
  /** The URL of a channel's webhook, in Slack's shape. */
  webhook(channel: string): string
  /** All that came, oldest first, also what was not taken. */
  posts(): readonly SlackPost[]
  /** Texts that stand in a channel. */
  texts(channel: string): string[]
  feels(mood: SlackMood | null): void
  close(): Promise<void>
}

/** Where webhooks begin; Slack has ids of the team and of the hook here. */
const HOOKS = '/services/T0POCKET/B0POCKET/'
/** A storm of a test fits; what goes on for ever does not fill memory. */
const MOST_POSTS = 100_000

const TEXT = { 'content-type': 'text/html' }
const TAKEN: SlackAnswer = { status: 200, headers: TEXT, body: 'ok' }
const refused = (status: number, body: string): SlackAnswer => ({ status, headers: TEXT, body })

/**
 * A Slack in a process: incoming webhooks on a free loopback port, which take JSON and `payload=` forms as Slack does. It keeps no process alive.
 */
export const openPocketSlack = async (): Promise<PocketSlack> => {
  const posts: SlackPost[] = []
  const taken = new Set<SlackPost>()
  const state: { mood: SlackMood | null; nth: number } = { mood: null, nth: 0 }
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request).catch(() => null)
    if (body === null) return void response.destroy()
    const post = postOf(request, body)
    const usual = judge(request, post)
    const answer = state.mood?.(post, state.nth++) ?? usual
    if (posts.length < MOST_POSTS) posts.push(post)
    if (answer === 'hang') return
    if (answer.status === 200) taken.add(post)
    response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) }).end(answer.body)
  })
  server.on('clientError', (_, socket) => socket.destroy())
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done))
  server.unref()
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  return {
    url,
    webhook: (channel) => `${url}${HOOKS}${channel}`,
    posts: () => posts,
    texts: (channel) => posts.filter((post) => taken.has(post) && post.path === `${HOOKS}${channel}`).map(({ text }) => text),
    feels: (mood) => {
      state.mood = mood
      state.nth = 0
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

const postOf = (request: IncomingMessage, body: Buffer): SlackPost => {
  const headers = request.headers as SlackPost['headers']
  const message = messageOf(headers, body)
  return { at: Date.now(), path: request.url ?? '', headers, body, text: message === null ? '' : textOf(message) }
}

type Message = Readonly<Record<string, unknown>>
const isMessage = (value: unknown): value is Message => typeof value === 'object' && value !== null && !Array.isArray(value)

const messageOf = (headers: SlackPost['headers'], body: Buffer): Message | null => {
  try {
    const plain = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8')
    const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
    const parsed: unknown = JSON.parse(form ? (new URLSearchParams(plain).get('payload') ?? '') : plain)
    return isMessage(parsed) ? parsed : null
  } catch {
    return null
  }
}

const first = (value: unknown): Message => (Array.isArray(value) && isMessage(value[0]) ? value[0] : {})

const textOf = (message: Message): string => {
  const [attachment, block] = [first(message.attachments), first(message.blocks)]
  const inBlock = isMessage(block.text) ? block.text.text : undefined
  const said = [message.text, attachment.fallback, attachment.title, attachment.text, inBlock]
  return String(said.find((text) => typeof text === 'string' && text !== '') ?? '')
}

const judge = (request: IncomingMessage, post: SlackPost): SlackAnswer => {
  if (!post.path.startsWith(HOOKS)) return refused(404, 'no_service')
  if (request.method !== 'POST') return refused(400, 'invalid_payload')
  const message = messageOf(post.headers, post.body)
  if (message === null) return refused(400, 'invalid_payload')
  return post.text === '' && message.blocks === undefined ? refused(400, 'no_text') : TAKEN
}
