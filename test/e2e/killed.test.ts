import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { House } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { type Cut, openSeams, type Seams } from '../support/seams.ts'
import { leftovers, runFile, toReady } from '../support/settled.ts'
import { start, until } from '../support/started.ts'

/** Every call of a tool that a deploy makes, cut before and after it; without it a few of each kind. */
const EVERY = process.env.SAFE_DEPLOY_EXHAUSTIVE === '1'
const SIDES = ['before', 'after'] as const

interface Scene {
  house: House
  seams: Seams
}

/** A house with one known good, and a change that would ship. */
const openScene = async (): Promise<Scene> => {
  const house = await openHouse({ good: 'the first' })
  return { house, seams: openSeams(house) }
}

const deployCut = async ({ house, seams }: Scene, digest: string, cut: Cut | null) => {
  seams.cut(cut)
  return house.json(['deploy', `--plan=${digest}`, '--because=a change'], { env: seams.env })
}

const texts = { n: 1 }
const nextText = (): string => {
  texts.n += 1
  return `text ${texts.n}\n`
}

const inScene = async (act: (scene: Scene) => Promise<void>): Promise<void> => {
  const scene = await openScene()
  try {
    await act(scene)
  } finally {
    await scene.house.close()
  }
}

/** The calls of a healthy deploy, and which of them appends the intent, starts fly, looks first what it did, and is the last. */
const count = async (scene: Scene) => {
  scene.house.change('app.txt', nextText(), 'Serve more')
  const told = await deployCut(scene, await scene.house.plan(), null)
  if (told.code !== 0) throw new Error(`a healthy deploy failed: ${told.out}${told.err}`)
  const calls = scene.seams.calls()
  const ship = calls.findIndex((call) => call.startsWith('fly deploy')) + 1
  const intent = calls.slice(0, ship).lastIndexOf('git update-ref') + 1
  const look = calls.findIndex((call, i) => i > ship && call.startsWith('fly releases')) + 1
  return { calls, intent, ship, look, last: calls.length }
}
type Counted = Awaited<ReturnType<typeof count>>

/** Every scene begins alike, so that one that is not cut counts for all. */
const counting = (): (() => Promise<Counted>) => {
  const at: { counted?: Promise<Counted> } = {}
  const once = async (): Promise<Counted> => {
    const scene = await openScene()
    return count(scene).finally(() => scene.house.close())
  }
  return () => {
    at.counted ??= once()
    return at.counted
  }
}
const counted = counting()

/** Never without a durable intent: at every `fly deploy` the ledger held this attempt open. */
const expectIntents = (seams: Seams): void => {
  for (const { attempt, state } of seams.shipped()) {
    expect(attempt).not.toBe('')
    expect(state?.core.open?.attempt).toBe(attempt)
  }
}

/** The next command settles it by itself, status never lies, and the printed commands lead to ready. */
const expectSettled = async ({ house, seams }: Scene, at: string): Promise<void> => {
  expectIntents(seams)
  const open = house.ledgerState()?.core.open ?? null
  const status = await house.status()
  if (open !== null) expect(status, `${at}: an open attempt is not ready`).toBe(14)
  const next = await house.json(['deploy', '--no-input'])
  expect(house.ledgerState()?.core.open, `${at}: the next command settles it\n${next.out}${next.err}`).toBeNull()
  const typed = await toReady(house)
  expect(typed.length, `${at}: ${typed.join('; ')}`).toBeLessThan(5)
  expect(leftovers(house), at).toEqual([])
}

const WHICH = EVERY ? 'every call of a tool' : 'a few calls of each kind; SAFE_DEPLOY_EXHAUSTIVE=1 cuts every one'

describe.concurrent(`killed before the intent (${WHICH})`, () => {
  test(
    'nothing is left behind and nobody is blocked, wherever it was',
    () =>
      inScene(async (scene) => {
        const { house, seams } = scene
        const { intent, calls } = await count(scene)
        house.change('app.txt', nextText(), 'Serve the next')
        const digest = await house.plan()
        const before = house.git('--git-dir', '.git/safe-deploy/ledger.git', 'rev-parse', 'refs/safe-deploy/everflow')
        const deploys = house.deploys()
        const cuts: Cut[] = Array.from({ length: intent }, (_, i) => i + 1).flatMap((n) => SIDES.map((side) => ({ n, side })))
        const some = cuts.slice(0, -1).filter(({ n, side }, i) => EVERY || n >= intent - 1 || (side === 'after' && i % 19 === 1))
        for (const cut of some) {
          const told = await deployCut(scene, digest, cut)
          const at = `${cut.side} call ${cut.n}, ${calls[cut.n - 1]}`
          expect(told.code, at).toBeNull()
          expect(house.git('--git-dir', '.git/safe-deploy/ledger.git', 'rev-parse', 'refs/safe-deploy/everflow'), at).toBe(before)
          expect(await house.status(), at).toBe(0)
        }
        expect(house.deploys()).toBe(deploys)
        const told = await deployCut(scene, digest, null)
        expect(told.code, told.out + told.err).toBe(0)
        expectIntents(seams)
        expect(leftovers(house)).toEqual([])
      }),
    600_000,
  )
})

/** Cuts one deploy of a scene and sees to it that it is settled. */
const cutAndSettle = async (scene: Scene, cut: Cut): Promise<void> => {
  const { house, seams } = scene
  house.change('app.txt', nextText(), 'Serve more')
  const told = await deployCut(scene, await house.plan(), cut)
  const at = `${cut.side} call ${cut.n}, ${seams.calls()[cut.n - 1]}`
  expect(told.code, `${at}\n${told.out}${told.err}`).toBeNull()
  await expectSettled(scene, at)
}

const both = (n: number): Cut[] => SIDES.map((side) => ({ n, side }))

/** Moments of a deploy after its intent. While nobody can say when fly last acted, a machine lease is waited out first. */
const MOMENTS: [when: string, cutsOf: (counted: Counted) => Cut[]][] = [
  ['before fly is started', ({ intent }) => [{ n: intent, side: 'after' }]],
  ['as fly deploy begins', ({ ship }) => [{ n: ship, side: 'before' }]],
  [
    'during fly deploy',
    ({ calls, ship }) =>
      calls
        .flatMap((call, i): Cut[] => (i + 1 > ship && i + 1 < ship + 7 && call.startsWith('git') ? [{ n: i + 1, side: 'before' }] : []))
        .slice(0, EVERY ? 7 : 1),
  ],
  ['as fly deploy ends', ({ ship }) => [{ n: ship, side: 'after' }]],
  ['at the first look after it', ({ look }) => both(look)],
  ...(EVERY
    ? ([
        ['at every call between', ({ look, last }) => Array.from({ length: last - look - 1 }, (_, i) => both(look + 1 + i)).flat()],
      ] satisfies typeof MOMENTS)
    : []),
  ['at the last call', ({ last }) => both(last)],
]

describe.concurrent(`killed after the intent (${WHICH})`, () => {
  test.each(MOMENTS)(
    '%s: the next command finds out',
    async (_, cutsOf) => {
      for (const cut of cutsOf(await counted())) await inScene((scene) => cutAndSettle(scene, cut))
    },
    900_000,
  )
})

const isGone = (pid: number): boolean => {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return true
  }
}

/** Starts a deploy whose fly hangs in the middle, and waits until its release is made: whatever fly prints comes before. */
const hanging = async ({ house }: Scene) => {
  house.change('app.txt', nextText(), 'Serve more')
  const digest = await house.plan()
  const releases = house.releases()
  house.scenario('hang-after-release', 'once')
  const run = start(house, ['deploy', `--plan=${digest}`, '--because=a change', '--no-input'])
  await until(() => runFile(house)?.step === 'running' && house.releases() > releases, 'fly hangs')
  return { run, fly: runFile(house)?.tool?.pid ?? 0 }
}

describe.concurrent('in the middle of fly deploy', () => {
  test(
    'the guard alone is killed: its fly is ended by the next command, and named',
    () =>
      inScene(async (scene) => {
        const { house } = scene
        const { run, fly } = await hanging(scene)
        run.signal('SIGKILL')
        await run.done
        expect(isGone(fly)).toBe(false)
        const status = await house.sd(['status'])
        expect(status.out).toContain('Interrupted')
        const next = await house.sd(['deploy', '--no-input'])
        expect(next.out + next.err).toContain(`pid ${fly}`)
        expect(isGone(fly)).toBe(true)
        expect(house.ledgerState()?.core).toMatchObject({ open: null, halt: { outcome: 'unchanged' } })
        await expectSettled(scene, 'the guard')
      }),
    240_000,
  )

  test(
    'fly alone is killed: the guard finds out what it did, and halts',
    () =>
      inScene(async (scene) => {
        const { run, fly } = await hanging(scene)
        process.kill(fly, 'SIGKILL')
        expect((await run.done).code).toBe(20)
        expect(scene.house.ledgerState()?.core).toMatchObject({ open: null, halt: { outcome: 'unchanged' } })
        await expectSettled(scene, 'fly')
      }),
    240_000,
  )

  test(
    'both are killed: the next command finds out',
    () =>
      inScene(async (scene) => {
        const { run, fly } = await hanging(scene)
        run.signal('SIGKILL')
        process.kill(fly, 'SIGKILL')
        await run.done
        await expectSettled(scene, 'both')
      }),
    240_000,
  )
})

test.concurrent(
  'a rollback that is killed after fly has returned is finished by the next command, and lifts the halt',
  () =>
    inScene(async ({ house, seams }) => {
      const failAndGoBack = async (cut: Cut | null) => {
        seams.cut(null)
        house.change('app.txt', nextText(), 'Serve more')
        const told = await house.deploy('more')
        expect(told.code, told.out + told.err).toBe(0)
        expect((await house.json(['bad', '--because=it is slow'])).code).toBe(0)
        seams.cut(cut)
        return house.json(['rollback'], { env: seams.env })
      }
      const healthy = await failAndGoBack(null)
      expect(healthy.code, healthy.out + healthy.err).toBe(0)
      const calls = seams.calls()
      const ship = calls.findIndex((call) => call.startsWith('fly deploy'))
      const n = calls.findIndex((call, i) => i > ship && call.startsWith('fly releases')) + 1
      expect((await failAndGoBack({ n, side: 'before' })).code).toBeNull()
      expect(house.ledgerState()?.core.open?.kind).toBe('rollback')
      expect(await toReady(house)).toEqual(['safe-deploy status --live'])
      expect(house.ledgerState()?.core).toMatchObject({ open: null, halt: null, good: [{ because: 'the first', level: 'probed' }] })
      expect(leftovers(house)).toEqual([])
    }),
  180_000,
)
