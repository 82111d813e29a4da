import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A git host on loopback: `git http-backend` behind a server that asks who comes. */
export interface GitHost {
  /** `http://127.0.0.1:PORT`, below which the repositories of its folder are. */
  url: string
  /** Command lines that held one of the passwords while a request was answered. */
  told: string[]
  /** How often each was asked for, e.g. `git-receive-pack`. */
  asked: Record<string, number>
  close(): Promise<void>
}

const MARK = '\r\n\r\n'

/**
 * @param folder holds bare repositories
 * @param may what a password lets do
 */
export const openGitHost = async (folder: string, may: Readonly<Record<string, 'read' | 'write'>>): Promise<GitHost> => {
  const host: Pick<GitHost, 'told' | 'asked'> = { told: [], asked: {} }
  const server = createServer((request, response) => {
    const service = /git-(?:upload|receive)-pack/.exec(request.url ?? '')?.[0] ?? ''
    host.asked[service] = (host.asked[service] ?? 0) + 1
    host.told.push(...commandLines().filter((line) => Object.keys(may).some((password) => line.includes(password))))
    const right = may[passwordOf(request)]
    if (!right) return refuse(response, 401)
    return right === 'read' && service === 'git-receive-pack' ? refuse(response, 403) : answer(folder, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    ...host,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** As actions/checkout sends it. */
export const authorization = (password: string): string =>
  `Authorization: Basic ${Buffer.from(`x-access-token:${password}`).toString('base64')}`

const passwordOf = ({ headers }: IncomingMessage): string => {
  const basic = /^Basic (.*)$/.exec(headers.authorization ?? '')?.[1] ?? ''
  return Buffer.from(basic, 'base64').toString().split(':')[1] ?? ''
}

const commandLines = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
      } catch {
        return []
      }
    })

const refuse = (response: ServerResponse, status: 401 | 403): void => {
  response.writeHead(status, status === 401 ? { 'www-authenticate': 'Basic realm="git"' } : {})
  response.end()
}

const answer = (folder: string, request: IncomingMessage, response: ServerResponse): void => {
  const { pathname, search } = new URL(request.url ?? '/', 'http://host')
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH ?? '',
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'somebody',
      REMOTE_ADDR: '127.0.0.1',
      REQUEST_METHOD: request.method ?? '',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
    },
  })
  request.pipe(backend.stdin)
  backend.stdin.on('error', () => {})
  const chunks: Buffer[] = []
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  backend.on('close', () => {
    const said = Buffer.concat(chunks)
    const end = said.indexOf(MARK)
    const headers = said
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ') as [string, string])
    const status = Number(headers.find(([name]) => name === 'Status')?.[1]?.slice(0, 3) ?? 200)
    response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status')))
    response.end(said.subarray(end + MARK.length))
  })
}
