import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { attempt } from '../e2e/halts.ts'
import { openTeam, SHARED } from '../support/team.ts'

const SAID = ['--cause=the retry', '--evidence-run=true', '--next=mend it', '--path=**']

test('a clone without the known good does not decide who may acknowledge, and one that can fetch it asks it', async () => {
  const strict = SHARED.replace('acknowledge: { agents: true }', 'acknowledge: { level: local }')
  const team = await openTeam({ config: strict })
  try {
    const { a, house } = team
    house.change('app.txt', 'not pushed\n', 'Serve what is not pushed')
    expect((await a.deploy('not pushed')).code).toBe(0)
    await attempt(house, 'unhealthy')
    const lowered = team.clone('lowered')
    writeFileSync(join(lowered.root, 'safe-deploy.yml'), SHARED)
    const told = await lowered.json(['ack', ...SAID])
    expect({ code: told.code, refused: told.refusal?.code }, told.out + told.err).toEqual({ code: 13, refused: 'ACK_LEVEL' })
    a.git('push', '-q', 'origin', 'HEAD:main')
    expect((await lowered.json(['ack', ...SAID])).refusal?.code).toBe('NEEDS_PERSON')
    expect(team.ledger()?.ack).toBeNull()
  } finally {
    await team.close()
  }
}, 300_000)
