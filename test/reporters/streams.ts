import { refuse } from '../../src/errors.ts'
import type { Event } from '../../src/events.ts'
import type { Finding, Major, Serving } from '../../src/model.ts'

const V41: Serving = {
  id: 'sha256:1f0c2a9b7d3e4f55aa',
  version: 41,
  image: 'registry.example/demo:41',
  commit: 'c0ffee1234567890',
  tree: null,
  attempt: null,
  ledger: null,
}
const V42: Serving = { ...V41, id: 'sha256:9e8d7c6b5a4f3e2d11', version: 42, commit: 'badcafe987654321' }

const change: Extract<Event, { type: 'change.read' }>['change'] = {
  base: { commit: 'c0ffee1234567890', tree: 'aa' },
  unseen: null,
  files: [
    {
      path: 'app/settings.py',
      status: 'M',
      modes: ['100644', '100644'],
      oids: ['1', '2'],
      opaque: false,
      generated: false,
      added: [{ n: 12, text: '    model_config = SettingsConfigDict()' }],
      removed: [{ n: 12, text: '    model_config = SettingsConfigDict(env_file=".env")' }],
    },
    {
      path: 'uv.lock',
      status: 'M',
      modes: ['100644', '100644'],
      oids: ['3', '4'],
      opaque: false,
      generated: true,
      added: [],
      removed: [],
      more: { added: 400, removed: 380 },
    },
  ],
  commits: [{ oid: 'badcafe987654321', subject: 'Fix the sandbox', author: 'Ann', trailers: {} }],
  added: 401,
  removed: 381,
}

const crossed: Major = {
  lockfile: 'uv.lock',
  ecosystem: 'python',
  name: 'redis',
  from: '4.6.0',
  to: '5.0.1',
  copy: 'cross',
  direct: false,
  dev: null,
  verdict: 'uninvited',
}

const protectedLine: Finding = {
  rule: 'protected-config',
  subject: 'app/settings.py env_file=".env"',
  severity: 'block',
  stage: 'isolate',
  place: { file: 'app/settings.py', line: 12 },
  fact: 'A protected line is gone: env_file=".env"',
  why: 'The worker loads its database credentials there.',
  fix: ['Put the line back', 'Change protect: in safe-deploy.yml on purpose'],
}
const major: Finding = {
  rule: 'uninvited-major',
  subject: 'redis',
  severity: 'ask',
  stage: 'read',
  fact: 'redis moved from 4.6 to 5.0.',
  why: 'A major version may change behaviour.',
  fix: ['Take it out of this change'],
}
const note: Finding = { ...major, rule: 'docs-only', subject: 'README.md', severity: 'note', fact: 'Only documentation changed.' }

/** A good deploy, as seen in a terminal: nothing is asked but what it is for. */
export const healthy: Event[] = [
  { type: 'run.started', command: 'deploy', app: 'demo', attempt: '3f9a1c2b4d5e6f70' },
  { type: 'stage.started', stage: 'stop', title: 'May anything be deployed now?' },
  { type: 'stage.ended', stage: 'stop', status: 'ok', line: 'demo serves v41, attempt 1 of 4 in 1 hour' },
  { type: 'stage.started', stage: 'read', title: 'What changed?' },
  { type: 'change.read', change, base: 'c0ffee1234, 2 days ago', majors: [] },
  { type: 'stage.ended', stage: 'read', status: 'ok', line: '2 files, +401 −381, 1 commit since c0ffee1234, 2 days ago' },
  { type: 'stage.ended', stage: 'isolate', status: 'ok', line: 'nothing protected was touched' },
  { type: 'stage.started', stage: 'test', title: 'Does it work here?' },
  { type: 'output', source: 'smoke', name: 'pipeline', text: 'collecting\nrunning\n' },
  { type: 'stage.ended', stage: 'test', status: 'ok', line: '1 smoke passed' },
  {
    type: 'plan.made',
    digest: '1f0c2a9b7d3e4f55',
    findings: [],
    open: 0,
    candidate: { commit: 'badcafe987654321', tree: 'bb', dirty: 0 },
    base: null,
  },
  { type: 'stage.started', stage: 'deploy', title: 'fly deploy' },
  { type: 'output', source: 'deploy', name: 'demo', text: '==> Building image\n==> Pushing image\n' },
  { type: 'waiting', text: 'two equal looks, 3 s' },
  { type: 'waiting', text: 'two equal looks, 2 s' },
  { type: 'probe.ended', result: { name: 'GET /health', passed: true, wasRed: false, note: '200', ms: 1200 } },
  { type: 'stage.ended', stage: 'deploy', status: 'ok', line: 'v42 on 2 machines' },
  { type: 'live', serving: V42, level: 'probed', ms: 58_000 },
  { type: 'done', exit: 0, ms: 60_000, text: null },
]

/** The incident: every line of fly is fine, the work fails. */
export const halted: Event[] = [
  { type: 'run.started', command: 'deploy', app: 'demo', attempt: '3f9a1c2b4d5e6f70' },
  { type: 'stage.ended', stage: 'stop', status: 'ok', line: 'demo serves v41' },
  { type: 'stage.started', stage: 'deploy', title: 'fly deploy' },
  ...Array.from({ length: 40 }, (): Event => ({ type: 'output', source: 'deploy', name: 'demo', text: 'waiting for machine\n' })),
  { type: 'output', source: 'deploy', name: 'demo', text: '\u001b[32mdone\u001b[0m\n' },
  { type: 'probe.ended', result: { name: 'runs.total', passed: false, wasRed: false, note: 'stayed at 7', ms: 300_000 } },
  { type: 'stage.ended', stage: 'deploy', status: 'failed', line: 'deployed, but its work fails' },
  {
    type: 'halted',
    outcome: 'unhealthy',
    serving: V42,
    why: 'the probe runs.total did not advance within 5 minutes',
    tail: [
      { text: 'password authentication failed for user "app"', count: 41 },
      { text: 'runs.total: stayed at 7', count: 1 },
    ],
    suspects: [
      {
        place: { file: 'app/settings.py', line: 12 },
        text: 'env_file=".env" was removed',
        because: 'credentials fail when env loading goes',
      },
    ],
    moved: [],
    again: '2 failed deploys since the last known good, same error',
  },
  {
    type: 'refused',
    refusal: refuse('PROBE_FAILED', {
      what: 'Halted: the probe runs.total did not advance within 5 minutes',
      why: ['machine 17811 runs v42', 'the probe was green before'],
      who: 'anybody may roll back; a person acknowledges or adopts',
      next: [
        { argv: ['safe-deploy', 'rollback'], says: 'back to the last known good' },
        { argv: ['safe-deploy', 'ack'], needs: ['--cause', '--evidence', '--next'], says: 'forward, once' },
      ],
    }).refusal,
  },
  { type: 'done', exit: 21, ms: 400_000, text: null },
]

/** Findings that nobody answered, by somebody who cannot be asked. */
export const refused: Event[] = [
  { type: 'run.started', command: 'plan', app: 'demo', attempt: null },
  { type: 'stage.ended', stage: 'stop', status: 'ok', line: 'demo serves v41' },
  { type: 'change.read', change: { ...change, gap: { days: 43, commits: 212 } }, base: 'c0ffee1234', majors: [crossed] },
  { type: 'finding', finding: note },
  { type: 'finding', finding: major },
  { type: 'finding', finding: { ...major, subject: 'celery', answer: { by: 'trailer', reason: 'read the notes', who: 'Ann' } } },
  { type: 'finding', finding: protectedLine },
  { type: 'finding', finding: { ...protectedLine, rule: 'ships-failed-change', subject: '' } },
  {
    type: 'plan.made',
    digest: '1f0c2a9b7d3e4f55',
    findings: [major, protectedLine],
    open: 2,
    candidate: { commit: 'badcafe987654321', tree: 'bb', dirty: 3 },
    base: { commit: 'c0ffee1234567890', tree: 'aa' },
  },
  {
    type: 'refused',
    refusal: refuse('FINDINGS', {
      what: '2 findings are not answered. Nothing was deployed.',
      why: ['uninvited-major:redis', 'protected-config at app/settings.py:12'],
      next: [
        { argv: ['safe-deploy', 'deploy'], needs: ['--accept=uninvited-major:redis'], says: 'answer it' },
        {
          argv: ['safe-deploy', 'deploy', '--config', "it's here.yml"],
          needs: ['--override=protected-config:env_file=".env"'],
          says: 'or lift it',
        },
      ],
    }).refusal,
  },
  { type: 'done', exit: 10, ms: 900, text: null },
]

/** What a hostile repository and a chatty tool may put into text. */
export const hostile: Event[] = [
  { type: 'run.started', command: 'deploy', app: 'demo', attempt: null },
  { type: 'said', stage: null, tone: 'plain', text: 'commit \u001b]0;owned\u0007subject\u001b[2J with\rtricks \u202egnp.exe\u0000' },
  { type: 'output', source: 'deploy', name: 'demo', text: 'a\tb\u001b[31mred\u001b[0m\u009b2Jx\nprogress 1%\rprogress 99%\n' },
  { type: 'output', source: 'deploy', name: 'demo', text: 'same\nsame\nsame\n' },
  { type: 'said', stage: 'deploy', tone: 'good', text: 'after' },
  { type: 'stage.ended', stage: 'test', status: 'skipped', line: 'no smoke commands: see safe-deploy explain config' },
]

export const STREAMS = { healthy, halted, refused, hostile }
