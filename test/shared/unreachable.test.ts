import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { holdFly } from '../support/held.ts'
import { withoutRemote } from '../support/remote-away.ts'
import { runFile } from '../support/settled.ts'
import { start, until } from '../support/started.ts'
import { inTeam, REF, type Team } from '../support/team.ts'
import { hasTerminal } from '../support/terminal.ts'

const SLOW = 240_000

/** What reads nothing but touches the platform. */
const writes = (team: Team): string[] =>
  team.house
    .calls()
    .flatMap(([verb = '', ...rest]) => (/^(?:deploy|machine|secrets|scale)$/.test(verb) && !rest.includes('list') ? [verb] : []))

const OVERRIDE = '--override=ledger-unreachable=the host is down'

describe.concurrent('a remote that cannot be reached', () => {
  test(
    'a deploy is refused with nothing touched; a rollback goes by memory, says how old it is, and is recorded when the remote is back',
    () =>
      inTeam(async (team) => {
        const { house, a } = team
        const bea = team.clone('bea')
        a.change('two', 'Serve two')
        house.scenario('unhealthy', 'once')
        expect((await a.deploy('serve two')).code).toBe(20)
        expect(await bea.status()).toBe(12)
        const halted = team.tip()
        await withoutRemote(team, async () => {
          const before = writes(team)
          const refused = await bea.json(['deploy', '--because=mine'])
          expect(refused, refused.out).toMatchObject({ code: 69, refusal: { code: 'LEDGER_UNREACHABLE' } })
          expect(refused.out).not.toContain('--override')
          expect(writes(team)).toEqual(before)
          const back = await bea.json(['rollback'])
          expect(back, back.out).toMatchObject({ code: 22, refusal: { code: 'LEDGER_SPOOLED' } })
          expect(back.out).toMatch(/this is what the clone knew (?:\d+ seconds? ago|just now)/)
          expect(writes(team)).toEqual([...before, 'deploy'])
        })
        expect(team.tip()).toBe(halted)
        expect(await a.status()).toBe(12)
        expect((await bea.sd(['status', '--live'])).code).toBe(0)
        expect(await Promise.all([a.status(), bea.status()])).toEqual([0, 0])
        expect(team.ledger()?.failed).toHaveLength(1)
      }),
    SLOW,
  )

  test(
    'a rollback that runs on this machine is joined by no other one, and can be taken over',
    () =>
      inTeam(async (team) => {
        const { house, a } = team
        a.change('two', 'Serve two')
        house.scenario('unhealthy', 'once')
        expect((await a.deploy('serve two')).code).toBe(20)
        const deploys = house.deploys()
        await withoutRemote(team, async () => {
          const first = start(house, ['rollback'], holdFly(house).ways)
          await until(() => runFile(house)?.step === 'running', 'fly waits')
          expect(await a.json(['rollback'])).toMatchObject({ code: 14, refusal: { code: 'DEPLOYING' } })
          const back = await a.json(['rollback', '--interrupt'])
          expect(back, back.out).toMatchObject({ code: 22, refusal: { code: 'LEDGER_SPOOLED' } })
          expect((await first.done).code).toBe(22)
        })
        expect(house.deploys()).toBe(deploys + 1)
        await a.sd(['status', '--live'])
        expect(team.ledger()?.core.open).toBeNull()
        expect(team.ledger()?.flushed).toHaveLength(2)
      }),
    SLOW,
  )

  test(
    'a remote that never answers is waited for once, and leads to the same',
    () =>
      inTeam(async ({ house, a }) => {
        const mute = join(house.dir, 'mute')
        writeFileSync(mute, `#!/bin/sh\necho asked >> '${mute}.log'\nexec sleep 600\n`, { mode: 0o755 })
        a.git('config', 'remote.origin.uploadpack', mute)
        const refused = await a.json(['deploy', '--because=mine'])
        expect(refused, refused.out).toMatchObject({ code: 69, refusal: { code: 'LEDGER_UNREACHABLE' } })
        expect(refused.refusal?.why.join('\n')).toContain('did not answer in time')
        expect(readFileSync(`${mute}.log`, 'utf8')).toBe('asked\n')
      }),
    SLOW,
  )

  test(
    'memory goes back over no release that it does not know, unless it is named',
    () =>
      inTeam(async (team) => {
        const { house, a } = team
        for (const text of ['by hand', 'by hand again']) {
          a.change(text, text)
          expect((await house.fly(['deploy'])).code).toBe(0)
        }
        await withoutRemote(team, async () => {
          const deploys = house.deploys()
          const refused = await a.json(['rollback'])
          expect(refused, refused.out).toMatchObject({ code: 12, refusal: { code: 'NOTHING_TO_GO_BACK_TO' } })
          expect(house.deploys()).toBe(deploys)
          expect((await a.json(['rollback', '--to=v1'])).refusal?.code).toBe('LEDGER_SPOOLED')
          expect(house.deploys()).toBe(deploys + 1)
        })
      }),
    SLOW,
  )

  test.runIf(hasTerminal)(
    'a person goes on with a recorded reason, until memory knows of a halt; what happened is recorded when the remote is back',
    () =>
      inTeam(async (team) => {
        const { house, a } = team
        a.change('two', 'Serve two')
        const known = team.tip()
        const enter = [{ waits: 'What is this deploy for?', keys: '\r' }]
        await withoutRemote(team, async () => {
          const refused = await house.terminal(['deploy'])
          expect(refused.code, refused.written).toBe(69)
          expect(refused.written).toContain('--override=ledger-unreachable')
          const deploys = house.deploys()
          const first = await house.terminal(['deploy', OVERRIDE], enter)
          expect(first.code, first.written).toBe(22)
          expect(first.written).toContain('It is live, but the ledger could not be written')
          expect(house.deploys()).toBe(deploys + 1)
        })
        expect(team.tip()).toBe(known)
        expect((await a.sd(['status', '--live', '--exit-code'])).code).toBe(0)
        expect(team.ledger()?.core).toMatchObject({ halt: null, open: null, good: [{ because: 'Serve two', level: 'probed' }, {}] })
        expect((await a.json(['ledger', 'log'])).out).toContain('ledger-unreachable: the host is down')

        a.change('three', 'Serve three')
        await withoutRemote(team, async () => {
          house.scenario('unhealthy', 'once')
          const failed = await house.terminal(['deploy', OVERRIDE], enter)
          expect(failed.code, failed.written).toBe(22)
          const deploys = house.deploys()
          const refused = await house.terminal(['deploy', OVERRIDE], enter)
          expect(refused.code, refused.written).toBe(12)
          expect(refused.written).toContain('HALTED')
          expect(refused.written).not.toContain('--override=ledger-unreachable')
          expect(house.deploys()).toBe(deploys)
        })
        expect(await team.clone('bea').status()).toBe(0)
        expect((await a.sd(['status', '--live', '--exit-code'])).code).toBe(12)
        expect(await team.clone('carl').status()).toBe(12)
      }),
    SLOW,
  )
})

/** A hook on the remote that takes no batch in which this shell test finds something. */
const decline = ({ origin }: Team, condition: string): void =>
  writeFileSync(
    join(origin, 'hooks', 'pre-receive'),
    `#!/bin/sh\nwhile read -r old new ref; do if ${condition}; then echo 'a scanner saw a secret'; exit 1; fi; done\n`,
    { mode: 0o755 },
  )

const onOrigin = ({ origin }: Team, ...args: string[]): string => execFileSync('git', ['--git-dir', origin, ...args], { encoding: 'utf8' })

test(
  'a host that declines some text takes the batch without it, and one that declines all is said to, before anything is deployed',
  () =>
    inTeam(async (team) => {
      const { house, a } = team
      decline(team, 'git cat-file blob "$new:events.ndjson" | grep -q hunter2')
      a.change('two', 'Rotate hunter2')
      const told = await a.deploy('rotate hunter2 away')
      expect(told.code, told.out).toBe(0)
      expect(team.ledger()?.core.good).toHaveLength(2)
      expect(onOrigin(team, 'log', '-p', REF)).not.toContain('hunter2')

      a.change('three', 'Serve three')
      decline(team, 'case $ref in refs/safe-deploy/*) true;; *) false;; esac')
      const deploys = house.deploys()
      const refused = await a.deploy('serve three')
      expect(refused, refused.out).toMatchObject({ code: 69, refusal: { code: 'LEDGER_NOT_WRITABLE' } })
      expect(refused.refusal?.why.join('\n')).toContain('a scanner saw a secret')
      expect(house.deploys()).toBe(deploys)
    }),
  SLOW,
)
