import type { Notice } from '../../src/notifiers/outlet.ts'
import { CONFIG } from '../e2e/halts.ts'
import { type Got, type Reply, serve } from '../notifiers/api.ts'
import type { House, Line, Told, Ways } from '../support/house.ts'

/** Settings of a test, and who is told: a channel that only hears posts, and a service that hears all. */
export const NOTIFY = 'notify:\n  - slack: { webhook: $CHANNEL }\n  - webhook: { url: $HOOK, counts: true }\n'
export const TOLD = `${CONFIG}${NOTIFY}`

/** A channel and a service that keep what they were told. */
export const listen = async (answer: (got: Got, n: number) => Reply | Promise<Reply> = () => ({ status: 200, body: 'ok' })) => {
  const server = await serve(answer)
  const at = (path: string) => server.got.filter((got) => got.path.startsWith(path))
  return {
    ...server,
    env: { CHANNEL: `${server.url}/services/T0/B0/abcdefgh`, HOOK: `${server.url}/hook/abcdefgh` },
    /** Texts of the channel. */
    posts: (): string[] => at('/services').map(({ body }) => body),
    told: (): Notice[] => at('/hook').map(({ json }) => json as Notice),
    happenings: (): string[] => at('/hook').map(({ json }) => (json as Notice).happening),
  }
}

export type Listening = Awaited<ReturnType<typeof listen>>

interface Deploys {
  json(args: readonly string[], ways?: Ways): Promise<Told>
}

/** Reads the change and deploys it while `scenario` is on; null: nothing is in its way. */
export const attempt = async (house: House, by: Deploys, scenario: string | null, env: Record<string, string>): Promise<Told> => {
  const read = await by.json(['plan'])
  const digest = String(read.lines.find((line: Line) => line.type === 'plan.made')?.digest)
  if (scenario) house.scenario(scenario, 'once')
  return by.json(['deploy', `--plan=${digest}`, `--because=try ${scenario ?? 'again'}`], { env })
}

/** A new change, read and deployed while `scenario` is on. */
export const guess = (house: House, scenario: string | null, env: Record<string, string>): Promise<Told> => {
  house.change('app.txt', `${scenario} ${house.deploys()}\n`, `Try ${scenario ?? 'again'}`)
  return attempt(house, house, scenario, env)
}

/** The line of ours about who was not told. */
export const untold = (told: Told): string =>
  told.lines.flatMap((line) => (line.type === 'said' && String(line.text).startsWith('Not told') ? [String(line.text)] : [])).join('\n')

export const ACK = ['ack', '--cause=the loader lost its file', '--evidence-run=true', '--next=put it back', '--path=**']
