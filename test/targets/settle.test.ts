import { expect, it } from 'vitest'
import { settle } from '../../src/targets/settle.ts'
import type { Reading, Truth } from '../../src/targets/truth.ts'

/** A clock that only sleeping moves. */
const makeFakeClock = () => {
  let time = 0
  return {
    now: () => time,
    sleep: async (ms: number) => {
      time += ms
    },
  }
}

const now = (current: string): Reading => ({ ok: true, truth: { kind: 'command', current } })
const down: Reading = { ok: false, code: 'TARGET_UNREACHABLE', why: 'down' }
const text = (truth: Truth): string => (truth.kind === 'command' ? truth.current : '')
const compare = { same: (a: Truth, b: Truth) => text(a) === text(b), moving: (truth: Truth) => text(truth).startsWith('moving') }

/** Settles over these looks (the last one repeats), 2 s apart, at most 10 s; also says how many looks it took. */
const over = async (...looks: Reading[]) => {
  let taken = 0
  const read = async (): Promise<Reading> => looks[Math.min(taken++, looks.length - 1)]!
  const settled = await settle(read, compare, makeFakeClock(), { everyMs: 2_000, atMostMs: 10_000 })
  return { ...settled, taken }
}

it('two equal looks are enough, and one never is', async () => {
  expect(await over(now('a'))).toEqual({ reading: now('a'), stable: true, taken: 2 })
})
it('looks on while things change', async () => {
  expect(await over(now('a'), now('b'), now('c'), now('c'))).toEqual({ reading: now('c'), stable: true, taken: 4 })
})
it('looks on while something is on its way, and takes what stays so when the time is up', async () => {
  expect(await over(now('moving'), now('moving'), now('a'), now('a'))).toMatchObject({ reading: now('a'), stable: true, taken: 4 })
  expect(await over(now('moving'))).toMatchObject({ stable: true, taken: 6 })
})
it('is not stable when no two looks are equal', async () => {
  expect(await over(...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(now))).toMatchObject({ stable: false, taken: 6 })
})
it('tries again after a failed look, and takes two failures for no evidence', async () => {
  expect(await over(down, now('a'), now('a'))).toMatchObject({ reading: now('a'), stable: true, taken: 3 })
  expect(await over(now('a'), down, now('a'))).toMatchObject({ stable: true, taken: 4 })
  expect(await over(down)).toEqual({ reading: down, stable: false, taken: 6 })
})
it('ends when it is asked to', async () => {
  const signal = AbortSignal.abort()
  const settled = await settle(async () => now('a'), compare, makeFakeClock(), { everyMs: 1, atMostMs: 10, signal })
  expect(settled).toEqual({ reading: now('a'), stable: false })
})
