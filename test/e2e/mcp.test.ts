import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { House } from '../support/house.ts'
import { type Answer, connect } from '../support/mcp-client.ts'
import { openHouse } from '../support/open-house.ts'
import { until } from '../support/started.ts'

const inHouse = async (act: (house: House) => Promise<void>, files: Record<string, string> = {}): Promise<void> => {
  const house = await openHouse({ good: 'the first', files })
  try {
    await act(house)
  } finally {
    await house.close()
  }
}

const digestOf = ({ structuredContent }: Answer): string => (structuredContent as { result: { digest: string } }).result.digest

describe('safe-deploy mcp', () => {
  test('offers five tools, none of them for ack; those that change something say so', () =>
    inHouse(async (house) => {
      const client = await connect(house)
      const { tools } = (await client.request('tools/list')) as {
        tools: {
          name: string
          annotations: Record<string, boolean>
          _meta?: Record<string, unknown>
          inputSchema: object
          outputSchema: object
        }[]
      }
      expect(tools.map(({ name }) => name)).toEqual(['status', 'plan', 'history', 'deploy', 'rollback'])
      for (const { name, annotations, _meta, outputSchema } of tools) {
        const changes = ['deploy', 'rollback'].includes(name)
        expect([name, annotations.readOnlyHint, annotations.destructiveHint]).toEqual([name, !changes, changes])
        expect([name, _meta?.['anthropic/requiresUserInteraction'] === true]).toEqual([name, changes])
        expect(outputSchema).toMatchObject({ type: 'object', properties: { ok: {}, next: {} } })
      }
      expect(await client.leave()).toBe(0)
      expect(client.strange).toEqual([])
    }))

  test('reads, deploys what was read, is refused while halted, and goes back', () =>
    inHouse(async (house) => {
      const client = await connect(house)
      house.change('app.txt', 'two\n', 'Serve two')
      const plan = await client.tool('plan')
      expect(plan).toMatchObject({ structuredContent: { ok: true, running: false, files: [{ path: 'app.txt' }], findings: [] } })
      const digest = digestOf(plan)
      const good = await client.tool('deploy', { plan: digest, because: 'two; $(touch gone) "quoted"' })
      expect(good, good.content[0]?.text).toMatchObject({ structuredContent: { ok: true, exit: 0, result: { outcome: 'deployed' } } })
      expect(good.isError).toBeUndefined()
      expect(client.heard.filter(({ method }) => method === 'notifications/progress').length).toBeGreaterThan(3)
      expect(house.ledgerState()?.core.good[0]?.because).toBe('two; $(touch gone) "quoted"')
      house.scenario('unhealthy', 'once')
      house.change('app.txt', 'three\n', 'Serve three')
      const bad = await client.tool('deploy', { plan: digestOf(await client.tool('plan')), because: 'three' })
      expect(bad).toMatchObject({ isError: true, structuredContent: { ok: false, exit: 20, result: { outcome: 'unhealthy' } } })
      const refused = await client.tool('plan')
      expect(refused).toMatchObject({ isError: true, structuredContent: { code: 'HALTED', exit: 12 } })
      expect(refused.content[0]?.text).toContain('safe-deploy rollback')
      expect(await client.tool('status')).toMatchObject({ structuredContent: { ok: true, result: { status: 'halted' } } })
      expect(await client.tool('rollback')).toMatchObject({
        structuredContent: { ok: true, result: { outcome: 'deployed', kind: 'rollback' } },
      })
      const history = await client.tool('history', { limit: 3 })
      expect(String(history.structuredContent?.lines)).toMatch(/^\w+ .* rollback deployed/)
      expect(await client.leave()).toBe(0)
      expect(client.strange).toEqual([])
    }))

  test('takes a digest that is not the plan’s for nothing, and what is no input not at all', () =>
    inHouse(async (house) => {
      const client = await connect(house)
      house.change('app.txt', 'two\n', 'Serve two')
      const deploys = house.deploys()
      expect(await client.tool('deploy', { plan: '0123456789abcdef', because: 'x' })).toMatchObject({
        isError: true,
        structuredContent: { code: 'PLAN_MOVED', next: [{ argv: ['safe-deploy', 'plan'] }] },
      })
      const unread = await client
        .tool('deploy', { because: 'x' })
        .catch((error: Error) => ({ isError: true, content: [{ text: error.message }] }))
      expect(unread.isError).toBe(true)
      expect((await client.tool('ack').catch(() => ({ isError: true }))).isError).toBe(true)
      expect(house.deploys()).toBe(deploys)
    }))

  test('a deploy goes on when its client goes', () =>
    inHouse(
      async (house) => {
        const hold = join(house.dir, 'hold')
        try {
          house.change('app.txt', 'two\n', 'Serve two')
          const client = await connect(house)
          const digest = digestOf(await client.tool('plan'))
          writeFileSync(hold, '')
          client.tool('deploy', { plan: digest, because: 'two' }).catch(() => undefined)
          await until(() => house.ledgerState()?.core.open !== null, 'it deploys')
          process.kill(client.pid, 'SIGKILL')
          rmSync(hold)
          const told = await house.json(['status', '--wait'])
          expect(told.lines.at(-1), told.out).toMatchObject({ result: { status: 'ready', ended: { outcome: 'deployed' } } })
        } finally {
          rmSync(hold, { force: true })
        }
      },
      {
        'fly.toml':
          'app = "everflow"\n[http_service]\n  internal_port = 8080\n[deploy]\n  release_command = "while [ -f $HOME/hold ]; do sleep 0.1; done"\n',
      },
    ))
})
