import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/model.ts'
import { type Case, judgeFly } from '../../../src/targets/fly/judge.ts'
import type { Verdict } from '../../../src/targets/truth.ts'
import { digest, ended, type MachineSketch, releaseJson, truth } from './fixtures.ts'

const made = [releaseJson(42), releaseJson(41)]
const failed = [releaseJson(42, { Status: 'failed' }), releaseJson(41)]
const fresh = (id: string, more: MachineSketch = {}): MachineSketch => ({ id, version: 42, image: 'b', ...more })
const old = (id: string, more: MachineSketch = {}): MachineSketch => ({ id, ...more })
const two = truth([old('m1'), old('m2')])

const judge = (more: Partial<Case>): Verdict =>
  judgeFly({
    before: two,
    after: truth([fresh('m1'), fresh('m2')], made),
    unseen: null,
    run: ended(0),
    filters: [],
    app: 'everflow',
    attempt: 'try-1',
    wanted: null,
    ...more,
  })

interface Row {
  name: string
  given: Partial<Case>
  outcome: Outcome
  why: RegExp
}

const deployed: Row[] = [
  { name: 'all machines new, exit 0', given: {}, outcome: 'deployed', why: /2 machines on the new version/ },
  {
    name: 'the first deploy of an app',
    given: { before: truth([], []), after: truth([fresh('m1')], [releaseJson(42)]) },
    outcome: 'deployed',
    why: /1 machine/,
  },
  {
    name: 'the release stays running although fly succeeded (its last write failed)',
    given: { after: truth([fresh('m1'), fresh('m2')], [releaseJson(42, { Status: 'running' }), releaseJson(41)]) },
    outcome: 'deployed',
    why: /./,
  },
  {
    name: 'an older fly that names no release',
    given: { run: ended(0, { emitted: null }) },
    outcome: 'deployed',
    why: /./,
  },
  {
    name: 'version numbers that skip (the release was posted twice)',
    given: {
      run: ended(0, { emitted: { id: 'rel_43', version: 43, image: 'registry.fly.io/everflow:deployment-b' } }),
      after: truth([fresh('m1', { version: 43 }), fresh('m2', { version: 43 })], [releaseJson(43), releaseJson(42), releaseJson(41)]),
    },
    outcome: 'deployed',
    why: /./,
  },
  {
    name: 'the same image again: version and instance changed, the digest did not',
    given: {
      run: ended(0, { emitted: { id: 'rel_42', version: 42, image: 'registry.fly.io/everflow:deployment-a' } }),
      after: truth(
        [fresh('m1', { image: 'a' }), fresh('m2', { image: 'a' })],
        [releaseJson(42, { ImageRef: 'registry.fly.io/everflow:deployment-a' }), releaseJson(41)],
      ),
    },
    outcome: 'deployed',
    why: /./,
  },
  {
    name: 'bluegreen: all machines replaced',
    given: { after: truth([fresh('g1'), fresh('g2')], made) },
    outcome: 'deployed',
    why: /./,
  },
  {
    name: 'an app that is stopped when idle, all stopped before and after',
    given: {
      before: truth([old('m1', { state: 'stopped', check: '' })]),
      after: truth([fresh('m1', { state: 'stopped', check: '' })], made),
    },
    outcome: 'deployed',
    why: /./,
  },
  {
    name: 'machines that went to sleep meanwhile, which they may',
    given: {
      before: truth([old('m1', { autostop: 'stop' })]),
      after: truth([fresh('m1', { state: 'stopped', autostop: 'stop', check: '' })], made),
    },
    outcome: 'deployed',
    why: /./,
  },
  {
    name: 'a standby machine that stays stopped',
    given: { after: truth([fresh('m1'), fresh('m2'), fresh('m3', { state: 'stopped', standby: true, check: '' })], made) },
    outcome: 'deployed',
    why: /./,
  },
  {
    name: 'machines left out by a filter are counted apart',
    given: { filters: [{ by: 'only-machines', values: ['m1'] }], after: truth([fresh('m1'), old('m2')], made) },
    outcome: 'deployed',
    why: /1 machine on/,
  },
  {
    name: 'a group that the config removed',
    given: { before: truth([old('m1'), old('w1', { group: 'worker' })]), after: truth([fresh('m1')], made) },
    outcome: 'deployed',
    why: /./,
  },
  {
    name: 'a machine whose host was out of reach before and still is',
    given: {
      before: truth([old('m1'), old('m2', { host: 'unreachable' })]),
      after: truth([fresh('m1'), old('m2', { host: 'unreachable' })], made),
    },
    outcome: 'deployed',
    why: /1 machine on/,
  },
  {
    name: 'nobody saw how fly ended, all new, and the release is complete',
    given: { run: ended(null) },
    outcome: 'deployed',
    why: /the release is complete/,
  },
]

const nothing: Row[] = [
  { name: 'build failed', given: { run: ended(1), after: two }, outcome: 'not-started', why: /fly exited 1 before a release/ },
  {
    name: 'ended by a signal during the build',
    given: { run: ended(null, { signal: 'SIGTERM' }), after: two },
    outcome: 'not-started',
    why: /SIGTERM/,
  },
  {
    name: 'our timeout during the build',
    given: { run: ended(null, { signal: 'SIGKILL', timedOut: true }), after: two },
    outcome: 'not-started',
    why: /too long/,
  },
  { name: 'silent 127 before anything', given: { run: ended(127), after: two }, outcome: 'not-started', why: /127 without a word/ },
  {
    name: 'release command failed: a failed release, machines untouched',
    given: { run: ended(1), after: truth([old('m1'), old('m2')], failed) },
    outcome: 'unchanged',
    why: /release v42 reached no machine/,
  },
  {
    name: 'machines only restarted, back on the old version after a failed release',
    given: { run: ended(1), after: truth([old('m1', { instance: 'x' }), old('m2')], failed) },
    outcome: 'unchanged',
    why: /back on the old version/,
  },
]

const between: Row[] = [
  {
    name: 'some new, some old, exit 1',
    given: { run: ended(1), after: truth([fresh('m1'), old('m2')], failed) },
    outcome: 'partial',
    why: /1 machine on the new version, 1 on the old/,
  },
  { name: 'some new, some old, exit 0', given: { after: truth([fresh('m1'), old('m2')], made) }, outcome: 'partial', why: /1 on the old/ },
  {
    name: 'both colours',
    given: { run: ended(1), after: truth([old('m1'), old('m2'), fresh('g1'), fresh('g2')], failed) },
    outcome: 'partial',
    why: /2 machines on the new version, 2 on the old/,
  },
  {
    name: 'old colours that could not be destroyed, exit 0',
    given: { after: truth([fresh('m1'), fresh('m2'), old('b1', { state: 'stopped', cordoned: true })], made) },
    outcome: 'partial',
    why: /./,
  },
  {
    name: 'fewer machines than before',
    given: { run: ended(1), after: truth([fresh('m1')], failed) },
    outcome: 'partial',
    why: /group app had 2 machines and has 1/,
  },
  {
    name: 'fewer machines than before, exit 0',
    given: { after: truth([fresh('m1')], made) },
    outcome: 'partial',
    why: /had 2 machines and has 1/,
  },
  {
    name: 'a canary left behind beside old ones',
    given: { run: ended(1), after: truth([old('m1'), old('m2'), fresh('c1', { canary: true })], failed) },
    outcome: 'partial',
    why: /./,
  },
  {
    name: 'a canary left behind beside new ones',
    given: { run: ended(1), after: truth([fresh('m1'), fresh('m2'), fresh('c1', { canary: true })], failed) },
    outcome: 'partial',
    why: /canary machine c1/,
  },
  {
    name: 'two images under one release',
    given: {
      run: ended(0, { emitted: { id: 'rel_42', version: 42, image: 'registry.fly.io/everflow@other' } }),
      after: truth([fresh('m1'), fresh('m2', { image: 'c' })], made),
    },
    outcome: 'partial',
    why: /2 different images/,
  },
  {
    name: 'some machines gone and none new',
    given: { run: ended(1), after: truth([old('m1')], failed) },
    outcome: 'partial',
    why: /1 machine went/,
  },
]

const lies: Row[] = [
  {
    name: 'exit 1 though all are new and healthy',
    given: { run: ended(1), after: truth([fresh('m1'), fresh('m2')], failed) },
    outcome: 'serving-despite-exit',
    why: /fly exited 1, but the new version runs on 2 machines/,
  },
  {
    name: 'exit 126 though all are new',
    given: { run: ended(126), after: truth([fresh('m1'), fresh('m2')], failed) },
    outcome: 'serving-despite-exit',
    why: /126/,
  },
  {
    name: 'silent 127 though all are new',
    given: { run: ended(127), after: truth([fresh('m1'), fresh('m2')], [releaseJson(42, { Status: 'interrupted' }), releaseJson(41)]) },
    outcome: 'serving-despite-exit',
    why: /127/,
  },
  {
    name: 'killed after the last machine',
    given: {
      run: ended(null, { signal: 'SIGKILL', timedOut: true }),
      after: truth([fresh('m1'), fresh('m2')], [releaseJson(42, { Status: 'running' }), releaseJson(41)]),
    },
    outcome: 'serving-despite-exit',
    why: /too long/,
  },
  {
    name: 'nobody saw how fly ended, and the release never ended',
    given: { run: ended(null), after: truth([fresh('m1'), fresh('m2')], [releaseJson(42, { Status: 'running' }), releaseJson(41)]) },
    outcome: 'serving-despite-exit',
    why: /not known/,
  },
  {
    name: 'exit 0 and no machine touched',
    given: { after: truth([old('m1'), old('m2')], made) },
    outcome: 'stale-despite-ok',
    why: /no machine runs anything new/,
  },
  {
    name: 'exit 0 and no release made (--build-only)',
    given: { run: ended(0, { emitted: null }), after: two },
    outcome: 'stale-despite-ok',
    why: /no new release/,
  },
  {
    name: 'exit 0 and the platform put the machines back',
    given: { after: truth([old('m1', { instance: 'x' }), old('m2', { instance: 'y' })], made) },
    outcome: 'stale-despite-ok',
    why: /back on the old version/,
  },
  {
    name: 'exit 0, new metadata, but the old image runs',
    given: { after: truth([fresh('m1', { image: 'a' }), fresh('m2', { image: 'a' })], made) },
    outcome: 'stale-despite-ok',
    why: /the machines run the old image/,
  },
  {
    name: 'exit 0, new metadata on the same instance',
    given: { before: truth([old('m1', { instance: 'same' })]), after: truth([fresh('m1', { instance: 'same' })], made) },
    outcome: 'partial',
    why: /none runs release v42/,
  },
  {
    name: 'exit 0 on an app that had and has no machine',
    given: { before: truth([], []), after: truth([], [releaseJson(42)]) },
    outcome: 'stale-despite-ok',
    why: /./,
  },
]

const sick: Row[] = [
  {
    name: 'a critical check',
    given: { after: truth([fresh('m1', { check: 'critical' }), fresh('m2')], made) },
    outcome: 'unhealthy',
    why: /check servicecheck-00-http-8080 is critical: body: nope/,
  },
  {
    name: 'a critical check, exit 1',
    given: { run: ended(1), after: truth([fresh('m1', { check: 'critical' }), fresh('m2')], failed) },
    outcome: 'unhealthy',
    why: /critical/,
  },
  {
    name: 'a failed machine',
    given: { after: truth([fresh('m1', { state: 'failed' }), fresh('m2')], made) },
    outcome: 'unhealthy',
    why: /m1 \(app\) is failed/,
  },
  {
    name: 'a crash loop caught while it runs',
    given: { after: truth([fresh('m1', { restarts: 3, exit: 1 }), fresh('m2')], made) },
    outcome: 'unhealthy',
    why: /keeps crashing: 3 restarts/,
  },
  {
    name: 'a machine that ended with an error',
    given: { after: truth([fresh('m1', { state: 'stopped', exit: 1 }), fresh('m2')], made) },
    outcome: 'unhealthy',
    why: /ended by itself with exit code 1/,
  },
  {
    name: 'a machine that ended with an error though it may sleep',
    given: { after: truth([fresh('m1', { state: 'stopped', exit: 1, autostop: true }), fresh('m2', { autostop: true })], made) },
    outcome: 'unhealthy',
    why: /exit code 1/,
  },
  {
    name: 'a machine that ended cleanly and should not',
    given: { after: truth([fresh('m1', { state: 'stopped', exit: 0 }), fresh('m2')], made) },
    outcome: 'unhealthy',
    why: /is stopped/,
  },
  {
    name: 'still starting when the time was up',
    given: { after: truth([fresh('m1', { state: 'starting' }), fresh('m2')], made) },
    outcome: 'unhealthy',
    why: /is starting/,
  },
  {
    name: 'newly cordoned',
    given: { after: truth([fresh('m1', { cordoned: true }), fresh('m2')], made) },
    outcome: 'unhealthy',
    why: /cordoned and gets no traffic/,
  },
  {
    name: 'back on the old version and down',
    given: { run: ended(1), after: truth([old('m1', { instance: 'x', state: 'failed' }), old('m2')], failed) },
    outcome: 'unhealthy',
    why: /back on the old version, and machine m1/,
  },
]

const unknown: Row[] = [
  {
    name: 'the platform could not be read',
    given: { after: null, unseen: 'could not be read: x' },
    outcome: 'unknown',
    why: /could not be read: x/,
  },
  { name: 'no two looks were equal', given: { unseen: 'no two looks were equal' }, outcome: 'unknown', why: /no two looks/ },
  { name: 'the platform answered for another app', given: { app: 'other' }, outcome: 'unknown', why: /everflow, not for other/ },
  {
    name: 'the machine list is empty though two ran',
    given: { after: truth([], made) },
    outcome: 'unknown',
    why: /empty, and 2 machines ran before/,
  },
  {
    name: 'a host went out of reach',
    given: { after: truth([fresh('m1'), old('m2', { host: 'unreachable' })], made) },
    outcome: 'unknown',
    why: /1 machine cannot be reached/,
  },
  {
    name: 'all hosts out of reach, before and after',
    given: { before: truth([old('m1', { host: 'unknown' })]), after: truth([old('m1', { host: 'unknown' })], made) },
    outcome: 'unknown',
    why: /no machine can be reached/,
  },
  {
    name: 'somebody else’s release in between',
    given: {
      after: truth(
        [fresh('m1'), fresh('m2')],
        [releaseJson(43, { ImageRef: 'registry.fly.io/everflow:deployment-z', User: { Email: 'bob@example.com' } }), ...made],
      ),
    },
    outcome: 'unknown',
    why: /release v43 by bob@example.com came in between/,
  },
  {
    name: 'secrets set by somebody during the deploy',
    given: {
      after: truth(
        [fresh('m1', { version: 43, image: 'b' }), fresh('m2', { version: 43, image: 'b' })],
        [releaseJson(43, { ImageRef: 'registry.fly.io/everflow:deployment-a' }), ...made],
      ),
    },
    outcome: 'unknown',
    why: /v43/,
  },
  {
    name: 'two new releases and fly named none',
    given: {
      run: ended(1),
      after: truth([fresh('m1'), fresh('m2')], [releaseJson(43, { ImageRef: 'registry.fly.io/everflow:deployment-z' }), ...made]),
    },
    outcome: 'unknown',
    why: /came in between/,
  },
  {
    name: 'ours failed, and machines carry another attempt’s label',
    given: { run: ended(1), after: truth([fresh('m1', { labels: { 'safe-deploy.attempt': 'try-2' } }), fresh('m2')], made) },
    outcome: 'unknown',
    why: /attempt try-2/,
  },
  {
    name: 'a machine without a release',
    given: { after: truth([fresh('m1'), fresh('m2', { version: null })], made) },
    outcome: 'unknown',
    why: /m2 does not say its release/,
  },
  {
    name: 'machines changed without a release',
    given: { run: ended(1), after: truth([old('m1', { version: 40, instance: 'x' }), old('m2')]) },
    outcome: 'unknown',
    why: /no release explains it/,
  },
  {
    name: 'exit 0 but the release is called failed',
    given: { after: truth([fresh('m1'), fresh('m2')], failed) },
    outcome: 'unknown',
    why: /calls the release failed/,
  },
]

const table: Record<string, Row[]> = { deployed, 'nothing happened': nothing, 'in between': between, lies, unhealthy: sick, unknown }

for (const [title, rows] of Object.entries(table)) {
  describe(`judging a deploy: ${title}`, () => {
    it.each(rows)('$name → $outcome', ({ given, outcome, why }) => {
      const verdict = judge(given)
      expect(verdict, [verdict.why, ...verdict.evidence].join('\n')).toMatchObject({ outcome, why: expect.stringMatching(why) })
    })
  })
}

describe('a verdict', () => {
  it('names what serves, pinned by digest, with our labels', () => {
    const labels = { 'safe-deploy.commit': 'c1', 'safe-deploy.tree': 't1', 'safe-deploy.attempt': 'try-1', 'safe-deploy.ledger': 'l1' }
    const { serving } = judge({ after: truth([fresh('m1', { labels }), fresh('m2', { labels })], made) })
    expect(serving).toEqual({
      id: digest('b'),
      version: 42,
      image: `registry.fly.io/everflow@${digest('b')}`,
      commit: 'c1',
      tree: 't1',
      attempt: 'try-1',
      ledger: 'l1',
    })
  })

  it('rests on facts that hold no env value', () => {
    const { evidence } = judge({ after: truth([fresh('m1', { check: 'critical' }), old('m2', { host: 'unreachable' })], made) })
    expect(evidence.join('\n')).toContain('before: 2 machines on v41 (aaaaaaaaaaaa), started')
    expect(evidence.join('\n')).not.toContain('hunter2')
  })

  it('says that nothing was checked when nothing is started', () => {
    const { evidence } = judge({
      before: truth([old('m1', { state: 'stopped', check: '' })]),
      after: truth([fresh('m1', { state: 'stopped', check: '' })], made),
    })
    expect(evidence).toContain('no machine is started: nothing was checked')
  })
})

describe('judging a rollback', () => {
  const bad = truth([fresh('m1'), fresh('m2')], made)
  const back = [releaseJson(43, { ImageRef: `registry.fly.io/everflow@${digest('a')}` }), ...made]
  const run = ended(0, { emitted: { id: 'rel_43', version: 43, image: `registry.fly.io/everflow@${digest('a')}` } })
  const at43 = (id: string, image: string, more: MachineSketch = {}): MachineSketch => ({ id, image, version: 43, ...more })
  const rollback = (more: Partial<Case>): Verdict => judge({ before: bad, run, attempt: null, wanted: digest('a'), ...more })

  it('is done when every machine runs the wanted digest', () => {
    expect(rollback({ after: truth([at43('m1', 'a'), at43('m2', 'a')], back) }).outcome).toBe('deployed')
  })
  it('is told by the reference where nobody knows the digest yet', () => {
    const wanted = 'registry.fly.io/everflow:deployment-a'
    expect(rollback({ wanted, after: truth([at43('m1', 'a'), at43('m2', 'a')], back) }).outcome).toBe('deployed')
    expect(rollback({ wanted, after: truth([at43('m1', 'b'), at43('m2', 'b')], back) }).outcome).toBe('stale-despite-ok')
    expect(rollback({ wanted, after: truth([at43('m1', 'a'), fresh('m2')], back) }).outcome).toBe('partial')
  })
  it('is not done by a new version number with another image', () => {
    expect(rollback({ after: truth([at43('m1', 'b'), at43('m2', 'b')], back) }).outcome).toBe('stale-despite-ok')
  })
  it('is partial while one machine runs the failed image', () => {
    expect(rollback({ after: truth([at43('m1', 'a'), fresh('m2')], back) }).outcome).toBe('partial')
  })
  it('is not started when the image is gone', () => {
    expect(rollback({ run: ended(1), after: bad }).outcome).toBe('not-started')
  })
  it('is unhealthy when the machines stay down', () => {
    const before = truth([fresh('m1', { state: 'stopped', exit: 1 })], made)
    expect(rollback({ before, after: truth([at43('m1', 'a', { state: 'stopped', exit: 1 })], back) }).outcome).toBe('unhealthy')
  })
})
