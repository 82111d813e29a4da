import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTeam, REF, type Team } from '../support/team.ts'

const SLOW = 300_000

const configOf = (team: Team): string => readFileSync(join(team.a.root, 'safe-deploy.yml'), 'utf8')
const reportOf = (told: { lines: Record<string, unknown>[] }): string => JSON.stringify(told.lines.filter((line) => line.type === 'report'))
const textsOf = (told: { lines: Record<string, unknown>[] }): string =>
  told.lines.flatMap((line) => (line.type === 'said' ? [line.text] : [])).join('\n')

describe.concurrent('a ledger that begins in one clone', () => {
  let team: Team
  beforeAll(async () => {
    team = await openTeam({ config: '' })
  }, SLOW)
  afterAll(() => team.close())

  test(
    'stays there until it is shared, and then holds for every clone, with the line for the config written',
    async () => {
      const { a } = team
      const made = await a.json(['init'])
      expect(made.code, made.out + made.err).toBe(0)
      expect(reportOf(made)).toContain('safe-deploy ledger share')
      expect(configOf(team)).toMatch(/^ledger: \{ remote: none, id: '[0-9a-f]{32}' \}$/m)
      expect(team.tip()).toBeNull()
      const id = /id: '([0-9a-f]{32})'/.exec(configOf(team))?.[1]
      expect((await a.json(['bad', '--because=it was never good'])).code).toBe(0)

      const before = configOf(team)
      const shared = await a.json(['ledger', 'share'])
      expect(shared.code, shared.out + shared.err).toBe(0)
      expect(reportOf(shared)).toMatch(/moved there, with its history.*Whoever can read the repository/)
      expect(configOf(team)).toBe(before.replace('remote: none', 'remote: origin'))
      expect(team.ledger()?.core).toMatchObject({ ledger: id, halt: { why: 'it was never good' } })
      expect(await a.status()).toBe(12)
      expect(reportOf(await a.json(['ledger', 'share']))).toContain('there already')

      a.git('remote', 'rename', 'origin', 'upstream')
      const renamed = await a.json(['ledger', 'share', '--remote=upstream'])
      expect(renamed.code, renamed.out + renamed.err).toBe(0)
      expect(configOf(team)).toContain('remote: upstream')
      a.git('remote', 'rename', 'upstream', 'origin')
      expect((await a.json(['ledger', 'share', '--remote=origin'])).code).toBe(0)

      a.git('add', '-A')
      a.git('commit', '-qm', 'Share the ledger')
      a.git('push', '-q', 'origin', 'HEAD:main')
      const bea = team.clone('bea')
      expect(await bea.status()).toBe(12)
      // Without its config a clone still finds the ledger that is there.
      bea.git('rm', '-q', 'safe-deploy.yml')
      expect(reportOf(await bea.json(['init']))).toContain('there already')
      expect(readFileSync(join(bea.root, 'safe-deploy.yml'), 'utf8')).toContain(`ledger: { remote: origin, id: '${id}' }`)
    },
    SLOW,
  )
})

describe.concurrent('a host that takes only branches', () => {
  let team: Team
  beforeAll(async () => {
    team = await openTeam({ config: '' })
    const hook = '#!/bin/sh\ncase "$1" in refs/heads/*) ;; *) exit 1;; esac\n'
    writeFileSync(join(team.origin, 'hooks', 'update'), hook, { mode: 0o755 })
  }, SLOW)
  afterAll(() => team.close())

  test(
    'holds the ledger as a branch; init and doctor try it and leave no probe, and the clone is as it was',
    async () => {
      const { a } = team
      const before = a.fingerprint()
      const made = await a.json(['init', '--share'])
      expect(made.code, made.out + made.err).toBe(0)
      expect(reportOf(made)).toMatch(/only branches.*safe-deploy\/\*\*/)
      expect(configOf(team)).toMatch(/^ledger: \{ remote: origin, id: '[0-9a-f]{32}', ref: refs\/heads\/safe-deploy\/everflow \}$/m)
      const refs = () => a.git('ls-remote', 'origin')
      expect(refs()).toContain('refs/heads/safe-deploy/everflow')
      const doctor = await a.json(['doctor'])
      expect(textsOf(doctor)).toMatch(/^ok +ledger +.*origin.*readable and writable/m)
      expect(refs()).not.toMatch(/probe/)
      expect(refs()).not.toContain(REF)
      const { 'safe-deploy.yml': _, ...after } = a.fingerprint()
      expect(after).toEqual(before)
    },
    SLOW,
  )
})
