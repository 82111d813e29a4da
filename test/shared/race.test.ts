import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Told } from '../support/house.ts'
import { type Clone, JOB, openTeam, type Team } from '../support/team.ts'

/** How many race, and how often; more are asked for by the environment (20 and 50 were run by hand). */
const CLONES = Number(process.env.SAFE_DEPLOY_CLONES ?? 4)
const ROUNDS = Number(process.env.SAFE_DEPLOY_ROUNDS ?? 2)
/** Clones that are refused meanwhile, again and again. */
const LOOPS = Math.max(1, Math.floor(CLONES / 4))

/** Keeps `fly deploy` waiting, so that everybody else comes while it runs. */
const openGate = ({ house }: Team) => {
  const fly = join(house.dir, 'bin', 'fly')
  const [real, open] = [`${fly}.real`, join(house.dir, 'open')]
  renameSync(fly, real)
  writeFileSync(fly, `#!/bin/sh\n[ "$1" = deploy ] && until [ -f '${open}' ]; do sleep 0.1; done\nexec '${real}' "$@"\n`)
  chmodSync(fly, 0o755)
  return { shut: () => rmSync(open, { force: true }), open: () => writeFileSync(open, '') }
}

/** A change of its own on top of what serves, read: the arguments that would deploy it. */
const readyIn = async (team: Team, clone: Clone, text: string): Promise<string[]> => {
  clone.git('fetch', '-q', 'origin', '+main:refs/remotes/origin/main')
  clone.git('reset', '-q', '--hard', 'origin/main')
  writeFileSync(join(clone.root, 'app.txt'), `${text}\n`)
  clone.git('commit', '-q', '-a', '-m', `Serve ${text}`)
  const told = await clone.json(['plan'])
  const plan = told.lines.find((line) => line.type === 'plan.made')
  expect(plan, `${told.out}${told.err}${JSON.stringify(team.ledger()?.core.open)}`).toBeDefined()
  return ['deploy', `--plan=${plan?.digest}`, `--because=${text}`]
}

/** Types a deploy that nobody has read until told to stop; every one is refused. */
const refusedLoop = (clone: Clone, until: () => boolean) => {
  const run = async (): Promise<(number | null)[]> => {
    const codes: (number | null)[] = []
    while (!until()) codes.push((await clone.sd(['deploy', '--because=again', '--no-input'])).code)
    return codes
  }
  return run()
}

test(
  `${CLONES} clones of one remote at once, ${ROUNDS} rounds: fly deploy runs once a round, all others exit 14, nothing stays stuck`,
  async () => {
    const team = await openTeam()
    try {
      const gate = openGate(team)
      const clones = Array.from({ length: CLONES }, (_, n) => team.clone(`racer-${n}`, n % 2 ? ['--depth', '1'] : [], n % 3 ? {} : JOB))
      const loopers = Array.from({ length: LOOPS }, (_, n) => team.clone(`looper-${n}`))
      for (const looper of loopers) {
        writeFileSync(join(looper.root, 'app.txt'), 'looped\n')
        looper.git('commit', '-q', '-a', '-m', 'Loop')
      }
      for (let round = 1; round <= ROUNDS; round += 1) {
        const at = `round ${round}`
        const words: string[][] = []
        for (const [n, clone] of clones.entries()) words.push(await readyIn(team, clone, `${round} of ${n}`))
        const deploys = team.house.deploys()
        gate.shut()
        const over = { yes: false }
        const loops = loopers.map((looper) => refusedLoop(looper, () => over.yes))
        const left = { now: CLONES }
        const runs = clones.map(async (clone, n): Promise<Told> => {
          // In a job a deploy would wait its turn.
          const told = await clone.json([...(words[n] ?? []), '--wait=0s'])
          left.now -= 1
          if (left.now === 1) gate.open()
          return told
        })
        const all = await Promise.all(runs)
        over.yes = true
        const shown = all.map(({ code, refusal, err }) => `${code} ${refusal?.code} ${err}`).join('\n')
        expect(
          all.map(({ code }) => code).sort((a, b) => (a ?? 0) - (b ?? 0)),
          `${at}\n${shown}`,
        ).toEqual([0, ...Array.from({ length: CLONES - 1 }, () => 14)])
        expect(team.house.deploys(), at).toBe(deploys + 1)
        expect(
          (await Promise.all(loops)).flat().filter((code) => code === 0 || code === null),
          at,
        ).toEqual([])
        expect(team.ledger()?.core, at).toMatchObject({ open: null, halt: null })
        // What serves is merged, so that the others have it to compare with.
        clones[all.findIndex(({ code }) => code === 0)]?.git('push', '-q', '--force', 'origin', 'HEAD:main')
        expect(existsSync(join(team.origin, 'refs', 'safe-deploy', 'everflow.lock')), at).toBe(false)
      }
      expect(await clones[0]?.status()).toBe(0)
    } finally {
      await team.close()
    }
  },
  120_000 + CLONES * ROUNDS * 30_000,
)
