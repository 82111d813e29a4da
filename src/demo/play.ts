import type { Emit } from '../events.ts'
import type { Clock, Http } from '../ports.ts'
import type { Act, GuardAct, Seen, Step } from './acts.ts'
import { makeExcerpt, type Shown, typed } from './excerpt.ts'
import type { Room } from './room.ts'

/** What the story is played with. */
export interface Stage {
  room: Room
  http: Pick<Http, 'get' | 'send'>
  clock: Clock
  emit: Emit
  /** Milliseconds that a heading stands alone; 0 where nobody watches. */
  pauseMs: number
  signal: AbortSignal
}

/** An act that did not go as the story says. */
interface Off {
  step: string
  /** What was typed or said, and what was expected of it. */
  why: string
}

/** What was seen, and what did not go as told, if anything. */
export interface Played {
  seen: Seen
  off: Off | null
}

/** Refusals of a deploy before anything ships. */
const REFUSED = new Set([10, 11, 12])
const ANSWER_MS = 10_000
/** What is waited for comes within seconds; so long where the machine is busy. */
const PATIENCE_MS = 60_000
const LOOK_MS = 100

const say = (stage: Stage, text: string, tone: Shown['tone'] = 'plain'): void => stage.emit({ type: 'said', stage: null, text, tone })

const command = (stage: Stage, line: string): void => {
  say(stage, '')
  stage.emit({ type: 'report', title: `$ ${line}`, lines: [], data: { command: line } })
}

const count = async (stage: Stage, seen: Seen): Promise<Seen> => {
  const { all, back } = await stage.room.deploys()
  const texts = { customer: stage.room.texts('customer'), team: stage.room.texts('team') }
  return { ...seen, deploys: all - back, rollbacks: back, heard: texts.customer.length, texts }
}

const guard = async (stage: Stage, act: GuardAct, seen: Seen): Promise<{ seen: Seen; off: string | null }> => {
  const args = act.args(seen)
  const line = ['safe-deploy', ...args].map(typed).join(' ')
  const excerpt = makeExcerpt(act.shows ?? {})
  const all: string[] = []
  const show = (lines: readonly Shown[]) => {
    for (const one of lines) say(stage, one.text, one.tone)
  }
  command(stage, line)
  const done = await stage.room.guard(args, (lines) => {
    all.push(...lines)
    show(lines.flatMap(excerpt.take))
  })
  show(excerpt.end())
  const exit = done.exit ?? done.signal ?? 'nothing'
  stage.emit({ type: 'report', title: `exit ${exit}`, lines: [], data: { command: line, exit: done.exit } })
  const text = all.join('\n')
  const now = await count(stage, {
    ...seen,
    digest: /--plan=([0-9a-f]+)/.exec(text)?.[1] ?? seen.digest,
    kind: /relay show ([0-9a-f]+)/.exec(text)?.[1] ?? seen.kind,
    refused: seen.refused + (REFUSED.has(done.exit ?? 0) ? 1 : 0),
  })
  const ships = now.deploys + now.rollbacks - seen.deploys - seen.rollbacks
  const off = offOf(act, { exit, text, ships })
  return { seen: now, off: off && `${line} ${off}` }
}

/** What of a command was not as told, or null. */
const offOf = (act: GuardAct, { exit, text, ships }: { exit: number | string; text: string; ships: number }): string | null => {
  if (exit !== act.exit) return `ended with ${exit}, not ${act.exit}`
  const missing = act.says.find((part) => !text.includes(part))
  if (missing !== undefined) return `did not say “${missing}”`
  return ships === (act.ships ?? 0) ? null : `called fly deploy ${ships} times, not ${act.ships ?? 0}`
}

const run = async (stage: Stage, { argv, keeps, exit = 0 }: Extract<Act, { kind: 'run' }>): Promise<string | null> => {
  command(stage, argv.join(' '))
  const ran = await stage.room.run(argv)
  const lines = ran.stdout.split('\n').filter((line) => line !== '' && (keeps?.test(line) ?? true))
  for (const line of lines) say(stage, line, 'dim')
  if (ran.exit === exit && lines.length > 0) return null
  return `${argv.join(' ')} ended with ${ran.exit ?? ran.signal}, and ${lines.length} lines ${ran.stderr.slice(0, 1000)}`.trimEnd()
}

const get = async (stage: Stage, { path, holds }: Extract<Act, { kind: 'get' }>): Promise<string | null> => {
  const { status, body } = await stage.http.get(`${stage.room.url}${path}`, ANSWER_MS)
  say(stage, `  GET ${path.padEnd(8)} ${status} ${body.slice(0, 200)}`)
  return status === 200 && holds.test(body) ? null : `GET ${path} answered ${status} ${body.slice(0, 200)}`
}

const post = async (stage: Stage, { path, holds }: Extract<Act, { kind: 'post' }>): Promise<string | null> => {
  const { status, body } = await stage.http.send(`${stage.room.url}${path}`, { method: 'POST', timeoutMs: ANSWER_MS })
  say(stage, `  POST ${path.padEnd(7)} ${status} ${body.slice(0, 200)}`)
  return status === 200 && holds.test(body) ? null : `POST ${path} answered ${status} ${body.slice(0, 200)}`
}

const wait = async (
  stage: Stage,
  { text, until }: Extract<Act, { kind: 'wait' }>,
  seen: Seen,
): Promise<{ seen: Seen; off: string | null }> => {
  say(stage, '')
  say(stage, text)
  for (let left = PATIENCE_MS; left > 0 && !stage.signal.aborted; left -= LOOK_MS) {
    const now = await count(stage, seen)
    if (until(now)) return { seen: now, off: null }
    await stage.clock.sleep(LOOK_MS, stage.signal)
  }
  return { seen, off: `waited in vain: ${text}` }
}

const channel = (stage: Stage, title: string, texts: readonly string[]): void => {
  say(stage, '')
  say(stage, title)
  for (const text of texts) {
    const [head = '', ...more] = text.split('\n')
    say(stage, `  ▌ ${head}`, 'warn')
    for (const line of more) say(stage, `    ${line}`, 'dim')
  }
}

const perform = async (stage: Stage, act: Act, seen: Seen): Promise<{ seen: Seen; off: string | null }> => {
  switch (act.kind) {
    case 'guard':
      return guard(stage, act, seen)
    case 'commit':
      command(stage, `git commit -a -m ${typed(act.commit.message)}`)
      await stage.room.commit(act.commit)
      return { seen, off: null }
    case 'run':
      return { seen, off: await run(stage, act) }
    case 'get':
      return { seen, off: await get(stage, act) }
    case 'post':
      return { seen: await count(stage, seen), off: await post(stage, act) }
    case 'wait':
      return wait(stage, act, seen)
    case 'channel': {
      const now = await count(stage, seen)
      channel(stage, act.title, act.texts(now))
      return { seen: now, off: null }
    }
    case 'tell': {
      const now = await count(stage, seen)
      const text = act.text(now)
      const holds = act.holds?.(now) ?? true
      if (holds) {
        say(stage, '')
        say(stage, text)
      }
      return { seen: now, off: holds ? null : `not true: ${text}` }
    }
  }
}

const open = async (stage: Stage, step: Step): Promise<void> => {
  say(stage, '')
  stage.emit({
    type: 'report',
    title: `── ${step.title} ${'─'.repeat(Math.max(3, 90 - step.title.length))}`,
    lines: [],
    data: { step: step.title },
  })
  for (const text of step.text) say(stage, text)
  if (stage.pauseMs > 0) await stage.clock.sleep(stage.pauseMs, stage.signal)
}

/**
 * Plays the story, each command for real. It ends early at the first act that does not go as told.
 */
export const play = async (stage: Stage, story: readonly Step[]): Promise<Played> => {
  let seen: Seen = { digest: '', kind: '', deploys: 0, rollbacks: 0, heard: 0, refused: 0, texts: { customer: [], team: [] } }
  for (const step of story) {
    await open(stage, step)
    for (const act of step.acts) {
      if (stage.signal.aborted) return { seen, off: null }
      const done = await perform(stage, act, seen).catch((error: Error) => ({ seen, off: error.message }))
      seen = done.seen
      if (done.off !== null && !stage.signal.aborted) return { seen, off: { step: step.title, why: done.off } }
    }
  }
  return { seen, off: null }
}
