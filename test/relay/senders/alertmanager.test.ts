import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../change/repo.ts'
import { type RelayProcess, startRelay } from '../../support/open-relay.ts'
import { leftOut, programHere } from '../../support/program.ts'
import { until } from '../../support/started.ts'

/** Debian's name of it, and its own. */
const PROGRAM = programHere('prometheus-alertmanager', 'alertmanager')

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const at = server.address()
      server.close(() => done(typeof at === 'object' && at ? at.port : 0))
    })
  })

const slackTo = (url: string): string => `
      - api_url: ${url}
        channel: '#reports'
        send_resolved: true
        title: '{{ .Status }}: {{ .CommonLabels.alertname }}'
        text: '{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}'`

/** Every alert is a notification of its own, sent at once: through the relay, and one named Both to Slack itself as well. */
const configOf = ({ direct, webhook }: RelayProcess): string => `route:
  receiver: relayed
  group_by: ['...']
  group_wait: 0s
  group_interval: 1s
  routes: [{ receiver: both, matchers: ['alertname = Both'] }]
receivers:
  - name: relayed
    slack_configs:${slackTo(webhook)}
  - name: both
    slack_configs:${slackTo(direct)}${slackTo(webhook)}
`

interface Alertmanager {
  /** An alert fires, or ends. */
  alert(labels: Record<string, string>, summary: string, ended?: boolean): Promise<void>
  /** Requests to Slack that were answered so far, and those that failed. */
  counts(): Promise<{ sent: number; failed: number }>
}

const startAlertmanager = async (relay: RelayProcess): Promise<Alertmanager> => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'am.yml'), configOf(relay))
  const url = `http://127.0.0.1:${await freePort()}`
  const args = [
    `--config.file=${join(folder, 'am.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=${new URL(url).host}`,
    '--cluster.listen-address=',
  ]
  const child = spawn(PROGRAM ?? '', args, { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ready = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until(ready, 'Alertmanager is ready')
  return {
    alert: async (labels, summary, ended = false) => {
      const at = (s: number) => new Date(Date.now() + s * 1000).toISOString()
      const alert = { labels, annotations: { summary }, startsAt: at(-2), endsAt: at(ended ? -1 : 600) }
      const body = JSON.stringify([alert])
      const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      expect(answer.status).toBe(200)
    },
    counts: async () => {
      const text = await (await fetch(`${url}/metrics`)).text()
      const sum = (name: string) =>
        [...text.matchAll(new RegExp(`^${name}\\{[^}]*integration="slack"[^}]*\\} (\\S+)$`, 'gm'))].reduce(
          (all, [, n]) => all + Number(n),
          0,
        )
      return { sent: sum('alertmanager_notification_requests_total'), failed: sum('alertmanager_notification_requests_failed_total') }
    },
  }
}

const bodies = ({ slack }: RelayProcess) => slack.posts().map(({ body }) => body.toString('latin1'))

describe.skipIf(PROGRAM === null)(`a real Alertmanager${leftOut(PROGRAM, 'prometheus-alertmanager or alertmanager')}`, () => {
  test('posts through the relay what it posts to Slack, byte for byte, and takes the answer for Slack’s', async () => {
    const relay = await startRelay()
    const alertmanager = await startAlertmanager(relay)
    await alertmanager.alert({ alertname: 'Both', app: 'everflow' }, 'the pipeline of everflow failed')
    await until(() => relay.slack.posts().length >= 2, 'both are posted')
    await alertmanager.alert({ alertname: 'Both', app: 'everflow' }, 'the pipeline of everflow failed', true)
    await until(() => relay.slack.posts().length >= 4, 'both are resolved')
    const [fired, firedToo, over, overToo] = bodies(relay)
    expect(fired).toContain('firing: Both')
    expect(firedToo).toBe(fired)
    expect(over).toContain('resolved: Both')
    expect(overToo).toBe(over)
    await until(async () => (await alertmanager.counts()).sent === 4, 'four notifications are counted')
    expect(await alertmanager.counts()).toEqual({ sent: 4, failed: 0 })
  })

  test('is content while its app is quiet: repeats are held, and none is tried again', async () => {
    const relay = await startRelay()
    const alertmanager = await startAlertmanager(relay)
    await relay.quiet()
    for (const run of ['8123', '8124', '8125'])
      await alertmanager.alert(
        { alertname: 'PipelineFailed', app: 'everflow', run },
        `pipeline run ${run} failed: password authentication failed`,
      )
    await until(async () => (await alertmanager.counts()).sent === 3, 'three notifications are counted')
    expect(await alertmanager.counts()).toEqual({ sent: 3, failed: 0 })
    expect(relay.slack.posts()).toHaveLength(1)
    expect(await relay.ask('/v1/held')).toMatchObject({ kinds: [{ count: 3, held: 2 }] })
    // That it is over is no failure, and nobody waits to hear it.
    await alertmanager.alert({ alertname: 'PipelineFailed', app: 'everflow', run: '8123' }, 'pipeline run 8123 works again', true)
    await until(() => relay.slack.posts().length === 2, 'what is resolved is posted')
    expect(bodies(relay)[1]).toContain('resolved: PipelineFailed')
  })
})
