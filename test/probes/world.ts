import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeClock } from '../../src/adapters/clock.ts'
import { makeHttp } from '../../src/adapters/http.ts'
import { makeProcesses } from '../../src/adapters/processes.ts'
import type { Event } from '../../src/events.ts'
import type { ProbeDeps } from '../../src/probes/deps.ts'

export interface App {
  url: string
  /** What it answers from now on. */
  status: number
  body: string
  asked: number
  close(): Promise<void>
}

/** An app on a loopback port whose answer a test can change. `onAsk` sees each request's number first. */
export const serve = async (onAsk: (app: App) => void = () => undefined): Promise<App> => {
  const server: Server = createServer((_request, response) => {
    app.asked += 1
    onAsk(app)
    response.writeHead(app.status).end(app.body)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const app: App = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    status: 200,
    body: 'ok',
    asked: 0,
    close: () => new Promise((closed) => server.close(() => closed())),
  }
  return app
}

/** The real ports, with what was emitted. */
export const world = (more: Partial<ProbeDeps> = {}): ProbeDeps & { events: Event[] } => {
  const events: Event[] = []
  const mask = (text: string): string => text.replaceAll('hunter2', '•••')
  return {
    processes: makeProcesses(mask),
    http: makeHttp(),
    clock: makeClock(),
    emit: (event) => void events.push(event),
    mask,
    env: { PATH: process.env.PATH },
    cwd: process.cwd(),
    onMachine: () => null,
    url: null,
    events,
    ...more,
  }
}
