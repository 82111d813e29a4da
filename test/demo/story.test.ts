import { describe, expect, it } from 'vitest'
import { makeClock } from '../../src/adapters/clock.ts'
import type { GuardAct } from '../../src/demo/acts.ts'
import { APP, PIPELINE, SETTINGS } from '../../src/demo/app.ts'
import { edited, FIX, GUESS, INCIDENT } from '../../src/demo/changes.ts'
import { makeExcerpt, typed } from '../../src/demo/excerpt.ts'
import { play } from '../../src/demo/play.ts'
import type { Room } from '../../src/demo/room.ts'
import type { Event } from '../../src/events.ts'

const applied = (files: Readonly<Record<string, string>>, { edits }: typeof FIX): Record<string, string> => {
  const all = { ...files }
  for (const edit of edits) all[edit.file] = edited(all[edit.file] ?? '', edit)
  return all
}

describe('the changes of the story', () => {
  it('end with the sandbox fix and nothing else', () => {
    const bad = applied(APP, INCIDENT)
    const fixed = applied(bad, FIX)
    expect(bad[SETTINGS]).not.toContain('env_file =')
    expect(fixed[SETTINGS]).toBe(APP[SETTINGS])
    expect(Object.keys(fixed).filter((file) => fixed[file] !== APP[file])).toEqual([PIPELINE])
    expect(applied(bad, GUESS)).not.toEqual(bad)
  })

  it('say so when a text to change is not there', () => {
    expect(() => applied(applied(APP, INCIDENT), INCIDENT)).toThrow('does not hold')
  })
})

const cut = (lines: readonly string[], excerpt: Parameters<typeof makeExcerpt>[0]): string[] => {
  const { take, end } = makeExcerpt(excerpt)
  return [...lines.flatMap(take), ...end()].map(({ text }) => text)
}

describe('an excerpt', () => {
  it('shows everything where nothing else is said', () => {
    expect(cut(['STOP', '  │ a smoke', 'READ'], {})).toEqual(['STOP', '  │ a smoke', 'READ'])
  })

  it('begins and ends where it is told, and says that lines are left out', () => {
    expect(cut(['STOP', 'READ', 'ISOLATE', 'TEST', 'more', 'end'], { from: /^ISO/, until: /^more/, before: '…' })).toEqual([
      '…',
      'ISOLATE',
      'TEST',
      '  … 2 more lines, left out here',
    ])
  })

  it('counts what fly says and keeps what tells', () => {
    const fly = ['  │ ==> Verifying app config', '  │ image size: 6 kB', '  │ Machine 1a update succeeded', '  │', 'LIVE']
    expect(cut(fly, {})).toEqual(['  │ Machine 1a update succeeded', '  │ (and 3 more lines of fly)', 'LIVE'])
  })

  it('types a word as a shell takes it', () => {
    expect(['plan', '--because=Fix it', '--override=rule=a reason', '--accept=rule:file.js=a reason'].map(typed)).toEqual([
      'plan',
      '--because="Fix it"',
      '--override=rule="a reason"',
      '--accept=rule:file.js="a reason"',
    ])
  })
})

/** A room in which every command ends the same. */
const roomThat = (ends: number, prints: string, ships: number): Room => {
  const calls = { made: 0 }
  return {
    app: '/',
    url: '',
    run: () => Promise.reject(new Error('not asked for')),
    guard: async (_, onLines) => {
      onLines([prints])
      calls.made += ships
      return { exit: ends, signal: null, timedOut: false, missing: false, interrupted: false, ms: 1, bytes: 1, tail: [], left: [] }
    },
    commit: async () => undefined,
    deploys: async () => ({ all: calls.made, back: 0 }),
    texts: () => [],
    close: async () => [],
  }
}

const tell = async (room: Room, act: Partial<GuardAct>) => {
  const events: Event[] = []
  const stage = {
    room,
    http: { get: () => Promise.reject(new Error('not asked for')), send: () => Promise.reject(new Error('not asked for')) },
    clock: makeClock(),
    emit: (event: Event) => events.push(event),
    pauseMs: 0,
    signal: new AbortController().signal,
  }
  const guard: GuardAct = { kind: 'guard', args: () => ['status'], exit: 0, says: ['Ready'], ...act }
  const { off } = await play(stage, [{ title: 'A step', text: [], acts: [guard, guard] }])
  return { off, events }
}

describe('playing the story', () => {
  it('goes on while everything is as told', async () => {
    const { off, events } = await tell(roomThat(0, 'Ready.', 0), {})
    expect(off).toBeNull()
    expect(events.flatMap((event) => (event.type === 'report' ? [event.data] : []))).toEqual([
      { step: 'A step' },
      ...[{ command: 'safe-deploy status' }, { command: 'safe-deploy status', exit: 0 }],
      ...[{ command: 'safe-deploy status' }, { command: 'safe-deploy status', exit: 0 }],
    ])
  })

  it.each([
    ['another exit code', roomThat(12, 'Ready.', 0), 'safe-deploy status ended with 12, not 0'],
    ['a sentence that is not said', roomThat(0, 'Halted.', 0), 'safe-deploy status did not say “Ready”'],
    ['a deploy that nobody told of', roomThat(0, 'Ready.', 1), 'safe-deploy status called fly deploy 1 times, not 0'],
  ])('ends at %s, and names the step', async (_, room, why) => {
    expect((await tell(room, {})).off).toEqual({ step: 'A step', why })
  })
})
