import { expect, test } from 'vitest'
import { steadyClock } from '../../src/relay/steady-clock.ts'

const MINUTE = 60_000

const setUp = () => {
  const time = { wall: 1_000_000_000_000, running: 5 }
  const clock = steadyClock(
    () => time.wall,
    () => time.running,
  )
  const pass = (ms: number) => {
    time.wall += ms
    time.running += ms
  }
  return { time, clock, pass }
}

test('goes as time goes', () => {
  const { clock, pass, time } = setUp()
  expect(clock.now()).toBe(time.wall)
  pass(MINUTE)
  expect(clock.now()).toBe(time.wall)
})

test('set back, it goes on: a minute is still a minute', () => {
  const { clock, pass, time } = setUp()
  const before = clock.now()
  time.wall -= 3_600_000
  expect(clock.now()).toBe(before)
  pass(MINUTE)
  expect(clock.now()).toBe(before + MINUTE)
})

test('set ahead, or asleep, it follows', () => {
  const { clock, time } = setUp()
  time.wall += 3_600_000
  expect(clock.now()).toBe(time.wall)
})

test('what was ahead is given up once nothing counts on it', () => {
  const { clock, pass, time } = setUp()
  time.wall += 3_600_000
  const ahead = clock.now()
  time.wall -= 3_600_000
  pass(MINUTE)
  expect(clock.now()).toBe(ahead + MINUTE)
  clock.settle()
  expect(clock.now()).toBe(time.wall)
})
