import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { judge } from '../../src/checklist/judge.ts'
import { allRules } from '../../src/checklist/rules.ts'
import { test as testCommand } from '../../src/commands/test.ts'
import type { TargetSettings } from '../../src/config/settings.ts'
import { isGuardError } from '../../src/errors.ts'
import type { Fact, Finding } from '../../src/model.ts'
import { runTest } from '../../src/stages/test.ts'
import { isAlive } from '../support/alive.ts'
import { type Bench, kinds, LOADER, makeBench, node, smoke, WORK } from './bench.ts'

const SECRET = 'postgres://app:Sentinel-7b2e@db.internal/app'
const ENV = `DATABASE_URL=${SECRET}\nAPI_KEY="Sentinel-key-55aa"\n`
const REMOVED: Fact = {
  kind: 'env-loading-removed',
  subject: 'app/settings.py',
  place: { file: 'app/settings.py', line: 12 },
  data: { what: 'env_file=".env"', file: 'app/settings.py', line: '12' },
}

let bench: Bench
const pidIn = (name: string) => Number(readFileSync(join(bench.root, '../private', name), 'utf8'))
beforeEach(() => {
  bench = makeBench()
  bench.write({ '.env': ENV, 'loads.js': `${LOADER}\n${WORK}`, 'forgot.js': WORK })
})
afterEach(() => bench.remove())

const findingsOf = (facts: readonly Fact[]): Finding[] =>
  judge(facts, { rules: allRules(), severities: {}, accept: [], config: null, today: '2026-09-01' })

describe('a smoke with only run:', () => {
  it('passes when the app loads its env itself', async () => {
    const tested = await runTest(bench.desk({ smoke: [smoke(node('loads.js'))] }), bench.subject())
    expect(tested).toMatchObject({
      facts: [],
      from: 'run',
      evidence: { passed: true },
      smokes: [{ passed: true, notLoaded: false, exit: 0 }],
    })
    expect(tested.line).toMatch(/^1 smoke passed \(pipeline \d+\.\d s\); \.env read$/)
    const told = bench.events.find((event) => event.type === 'output')
    expect(told).toMatchObject({ type: 'output', source: 'smoke', name: 'pipeline', text: 'worked\n' })
    expect(readFileSync(told?.type === 'output' ? (told.log ?? '') : '', 'utf8')).toBe('worked\n')
  })

  it('yields env-not-loaded with the line when env_file was removed and nothing else', async () => {
    const tested = await runTest(bench.desk({ smoke: [smoke(node('forgot.js'))] }), bench.subject({ loaders: [REMOVED] }))
    expect(kinds(tested.facts)).toEqual(['env-not-loaded'])
    const [finding] = findingsOf(tested.facts)
    expect(finding).toMatchObject({
      rule: 'env-not-loaded',
      severity: 'block',
      stage: 'test',
      place: { file: 'app/settings.py', line: 12 },
    })
    expect(finding?.fact).toBe(
      'The app does not load its env: pipeline ended with exit code 1 by itself and passes once DATABASE_URL, API_KEY are injected. This change removes app/settings.py:12 `env_file=".env"`.',
    )
    expect(tested.smokes).toMatchObject([
      { passed: false, notLoaded: true, tail: [{ text: 'password authentication failed for user ""', count: 1 }] },
    ])
    expect(tested.evidence.passed).toBe(false)
  })

  it('says so when no loading line changed, and names a removed line before an added one', async () => {
    const desk = bench.desk({ smoke: [smoke(node('forgot.js'))] })
    const [without] = (await runTest(desk, bench.subject())).facts
    expect(without?.data.because).toMatch(/No line that loads the env changed/)
    const added: Fact = { ...REMOVED, kind: 'env-loading-added', place: { file: 'z.py', line: 1 } }
    const other: Fact = { kind: 'fly-port', subject: 'x', data: {} }
    expect((await runTest(desk, bench.subject({ loaders: [other, added, REMOVED] }))).facts[0]?.place).toEqual(REMOVED.place)
  })

  it('is not fooled by a key that only this shell has', async () => {
    const desk = bench.desk({ smoke: [smoke(node('forgot.js'))] }, { DATABASE_URL: SECRET })
    expect(kinds((await runTest(desk, bench.subject())).facts)).toEqual(['env-not-loaded'])
  })

  it('passes with what production injects, named in inject', async () => {
    const desk = bench.desk({ smoke: [smoke(node('forgot.js'))], env: { inject: ['DATABASE_URL'] } })
    expect((await runTest(desk, bench.subject())).facts).toEqual([])
  })

  it('is only failed when it also fails with the env injected', async () => {
    bench.write({ 'broken.js': 'console.error("TypeError: x is not a function"); process.exit(7)' })
    const tested = await runTest(bench.desk({ smoke: [smoke(node('broken.js'))] }), bench.subject({ loaders: [REMOVED] }))
    expect(tested.facts).toMatchObject([
      { kind: 'smoke-failed', data: { how: 'ended with exit code 7', last: 'TypeError: x is not a function' } },
    ])
  })

  it('warns that inherit: all cannot show anything', async () => {
    const desk = bench.desk({ smoke: [smoke(node('forgot.js'))], env: { inherit: 'all' } }, { DATABASE_URL: SECRET })
    expect(kinds((await runTest(desk, bench.subject())).facts)).toEqual(['env-inherits-all'])
  })

  it('runs in the target’s folder, line by line as written', async () => {
    bench.write({ 'apps/web/where.txt': 'x' })
    const target: TargetSettings = { kind: 'fly', config: 'fly.toml', args: [], dir: 'apps/web', timeoutMs: 1 }
    const desk = bench.desk({ target, smoke: [smoke('test -f where.txt && X="a b" && [ "$X" = "a b" ]')] })
    expect((await runTest(desk, bench.subject())).facts).toEqual([])
  })
})

describe('a smoke that goes wrong', () => {
  it('not found', async () => {
    const tested = await runTest(bench.desk({ smoke: [smoke('no-such-program-here')] }), bench.subject())
    expect(kinds(tested.facts)).toEqual(['smoke-not-found'])
    expect(bench.events.filter((e) => e.type === 'waiting')).toHaveLength(1)
  })

  it('hanging and ignoring TERM: ended with all it started', async () => {
    bench.write({
      'hang.js': `const {spawn}=require('child_process');process.on('SIGTERM',()=>{});const c=spawn(process.execPath,['-e','setInterval(()=>{},1000)'],{stdio:'inherit'});require('fs').writeFileSync('../private/child',String(c.pid));console.log('connecting');setInterval(()=>{},1000)`,
    })
    bench.write({ '.env': '' })
    const tested = await runTest(bench.desk({ smoke: [smoke(node('hang.js'), { timeoutMs: 1500 })] }), bench.subject())
    expect(tested.facts).toMatchObject([{ kind: 'smoke-timeout', data: { how: 'did not end within 1.5 s', last: 'connecting' } }])
    expect(isAlive(pidIn('child'))).toBe(false)
  })

  it('killed by a signal', async () => {
    const tested = await runTest(bench.desk({ smoke: [smoke('kill -SEGV $$')] }), bench.subject())
    expect(tested.facts).toMatchObject([{ kind: 'smoke-failed', data: { how: 'was killed by SIGSEGV' } }])
  })

  it('writing into the repository', async () => {
    const tested = await runTest(bench.desk({ smoke: [smoke('echo report > report.txt')] }), bench.subject())
    expect(kinds(tested.facts)).toEqual(['smoke-wrote'])
    expect(findingsOf(tested.facts)[0]?.severity).toBe('block')
  })

  it('leaving a server behind: ended, and nothing is said', async () => {
    const tested = await runTest(bench.desk({ smoke: [smoke('sleep 60 & echo $! > ../private/server')] }), bench.subject())
    expect(tested.facts).toEqual([])
    expect(isAlive(pidIn('server'))).toBe(false)
  })

  it('printing much: the tail is folded and short', async () => {
    const tested = await runTest(bench.desk({ smoke: [smoke('yes "try again" | head -c 5000000; exit 3')] }), bench.subject())
    expect(tested.smokes[0]?.tail).toEqual([{ text: 'try again', count: 40 }])
  })

  it('interrupted: the tree is ended, then 130 or 143', async () => {
    const desk = bench.desk({ smoke: [smoke('sleep 60 & echo $! > ../private/sleeper; echo up; wait')] })
    for (const [signal, exit] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const emit = (event: (typeof bench.events)[number]) => {
        if (event.type === 'output' && event.text === 'up\n') bench.signal(signal)
      }
      const error = await runTest({ ...desk, emit }, bench.subject()).catch((e: unknown) => e)
      expect(isGuardError(error) && error.refusal).toMatchObject({ code: 'INTERRUPTED', exit })
      expect(isAlive(pidIn('sleeper'))).toBe(false)
    }
  })

  it('does not stop the next smoke', async () => {
    const desk = bench.desk({ smoke: [smoke('exit 1', { name: 'one' }), smoke(node('loads.js'), { name: 'two' })] })
    const tested = await runTest(desk, bench.subject())
    expect(tested.smokes.map((s) => [s.name, s.passed])).toEqual([
      ['one', false],
      ['two', true],
    ])
    expect(tested.line).toBe('1 of 2 smokes failed: one')
  })
})

describe('proves', () => {
  const proving = (file: string) => ({ smoke: [smoke(node(file), { proves: ['DATABASE_URL'] })] })
  const runs = () => readFileSync(join(bench.root, '../private/runs'), 'utf8').trim().split('\n')
  const COUNT = `require('fs').appendFileSync('../private/runs', (process.env.DATABASE_URL === '' ? 'blank' : 'real') + '\\n');`

  it('shows first that the smoke fails with the key blank, then runs it for real, and remembers', async () => {
    bench.write({ 'counts.js': `${COUNT}${LOADER}\n${WORK}` })
    const desk = bench.desk(proving('counts.js'))
    expect((await runTest(desk, bench.subject())).facts).toEqual([])
    expect(runs()).toEqual(['blank', 'real'])
    await runTest(desk, bench.subject({ fresh: true }))
    expect(runs()).toEqual(['blank', 'real', 'real'])
    await runTest(desk, bench.subject({ fresh: true, loaders: [REMOVED] }))
    expect(runs().slice(3)).toEqual(['blank', 'real'])
    expect(bench.events.filter((e) => e.type === 'output').every((e) => e.text === 'worked\n')).toBe(true)
  })

  it('warns about a smoke that passes without the key, every time', async () => {
    bench.write({ 'idle.js': `${COUNT}console.log('fine')` })
    const desk = bench.desk(proving('idle.js'))
    for (const _ of [1, 2]) {
      const { facts } = await runTest(desk, bench.subject({ fresh: true }))
      expect(findingsOf(facts)).toMatchObject([
        { rule: 'smoke-proves-nothing', severity: 'warn', fact: 'pipeline does not test DATABASE_URL: it passes with DATABASE_URL blank.' },
      ])
    }
    expect(runs()).toEqual(['blank', 'real', 'real'])
  })

  it('does not remember a control that failed with everything else', async () => {
    bench.write({ 'counts.js': `${COUNT}process.exit(1)` })
    const desk = bench.desk(proving('counts.js'))
    await runTest(desk, bench.subject())
    await runTest(desk, bench.subject())
    expect(runs().filter((run) => run === 'blank')).toHaveLength(2)
  })
})

describe('mute', () => {
  const POSTS = `${LOADER}
  const http=require('http'); const url=process.env.SLACK_WEBHOOK_URL
  const post=(n)=>http.request(url,{method:'POST'},(r)=>{let b='';r.on('data',(c)=>b+=c).on('end',()=>{console.log(r.statusCode,b);if(n>1)post(n-1)})}).end('{"text":"hello"}')
  post(2)`

  it('takes what would have reached people, counts it and says so', async () => {
    bench.write({ '.env': 'SLACK_WEBHOOK_URL=http://127.0.0.1:9/never\n', 'posts.js': POSTS })
    const tested = await runTest(bench.desk({ smoke: [smoke(node('posts.js'))] }), bench.subject())
    expect(tested.smokes[0]).toMatchObject({ passed: true, caught: { SLACK_WEBHOOK_URL: 2 }, tail: [{ text: '200 ok', count: 2 }] })
    expect(findingsOf(tested.facts)).toMatchObject([
      {
        rule: 'smoke-muted',
        severity: 'note',
        fact: 'pipeline called SLACK_WEBHOOK_URL (2 times); the calls ended in a sink here and reached nobody.',
      },
    ])
  })

  it('does nothing with mute: none', async () => {
    bench.write({
      '.env': 'SLACK_WEBHOOK_URL=unmuted\n',
      'shows.js': `${LOADER};process.exit(process.env.SLACK_WEBHOOK_URL==='unmuted'?0:1)`,
    })
    const tested = await runTest(bench.desk({ smoke: [smoke(node('shows.js'))], env: { mute: 'none' } }), bench.subject())
    expect(tested.facts).toEqual([])
  })
})

describe('secrets', () => {
  it('appear in no event, fact, kept file or evidence', async () => {
    bench.write({
      'leaks.js': `${LOADER}\nfor (const o of [console.log,console.error]) o(process.env.DATABASE_URL, encodeURIComponent(process.env.DATABASE_URL), process.env.API_KEY);process.exit(1)`,
    })
    const out = join(bench.root, '../private/out.json')
    const desk = bench.desk({ smoke: [smoke(`${node('leaks.js')} ${SECRET}`, { proves: ['API_KEY'] })], env: { required: ['NOPE'] } })
    const tested = await runTest(desk, bench.subject({ out }))
    expect(existsSync(out)).toBe(true)
    const text = bench.leaked(tested)
    expect(text).toContain('•••')
    expect(text).not.toMatch(/Sentinel/i)
  })

  it('are not in the environment of a smoke, nor is anything of ours but the mark', async () => {
    bench.write({ 'env.js': 'console.log(Object.keys(process.env).sort().join())' })
    const desk = bench.desk(
      { smoke: [smoke(node('env.js'))], env: { inherit: 'minimal' } },
      { FLY_API_TOKEN: 'FlyV1 x', DATABASE_URL: SECRET },
    )
    const tested = await runTest(desk, bench.subject())
    expect(
      tested.smokes[0]?.tail[0]?.text.split(',').filter((key) => !['PWD', 'OLDPWD', 'SHLVL', '_', '__CF_USER_TEXT_ENCODING'].includes(key)),
    ).toEqual(['HOME', 'PATH', 'SAFE_DEPLOY_CHILD'])
  })
})

describe('safe-deploy test', () => {
  const actor = { name: 'Ada', host: 'h' }
  type Given = Parameters<typeof testCommand>[0]['given']
  const run = (desk: ReturnType<Bench['desk']>, given: Given = [], via: 'terminal' | 'agent' = 'terminal', command: string | null = null) =>
    testCommand({
      desk: {
        ...desk,
        settings: { ...desk.settings, overrides: { 'env-not-loaded': ['person', 'agent'] } },
        actor: { ...actor, via },
        argv: ['safe-deploy', 'test'],
      },
      evidenceRun: { command, run: null },
      subject: async () => bench.subject({ loaders: [REMOVED] }),
      judge: findingsOf,
      given,
    })

  it('ends with 0 when nothing is open', async () => {
    expect(await run(bench.desk({ smoke: [smoke(node('loads.js'))] }))).toBe(0)
    expect(bench.events.at(-1)).toMatchObject({ type: 'stage.ended', stage: 'test', status: 'ok' })
  })

  it('ends with 11, every finding, and the next command', async () => {
    const error = await run(bench.desk({ smoke: [smoke(node('forgot.js'))], env: { required: ['NOPE'] } })).catch((e: unknown) => e)
    const refusal = isGuardError(error) ? error.refusal : null
    expect(refusal).toMatchObject({
      code: 'TEST_FAILED',
      exit: 11,
      next: [{ argv: ['safe-deploy', 'test'] }, { needs: ['--override=env-key-missing:NOPE', '--override=env-not-loaded:pipeline'] }],
    })
    expect(refusal?.why.join('\n')).toContain('app/settings.py:12')
    expect(bench.events.filter((e) => e.type === 'finding')).toHaveLength(2)
    expect(bench.events.at(-1)).toMatchObject({ type: 'stage.ended', status: 'failed' })
  })

  it('goes on with an override of who may', async () => {
    const given = [{ by: 'override', rule: 'env-not-loaded', subject: null, reason: 'known' }] as const
    expect(await run(bench.desk({ smoke: [smoke(node('forgot.js'))] }), [...given])).toBe(0)
  })

  it('takes of an agent no sentence without a run, and no run that fails', async () => {
    const given = [{ by: 'override', rule: 'env-not-loaded', subject: 'pipeline', reason: 'known' }] as const
    const desk = () => bench.desk({ smoke: [smoke(node('forgot.js'))] })
    for (const command of [null, 'exit 3']) {
      const error = await run(desk(), [...given], 'agent', command).catch((e: unknown) => e)
      const refusal = isGuardError(error) ? error.refusal : null
      expect(refusal?.why.join('\n')).toContain('--evidence-run=COMMAND')
      expect(refusal?.next.at(-1)?.needs).toContain('--evidence-run')
    }
    expect(
      bench.events.some((event) => event.type === 'said' && event.text === 'the evidence run ended with 3, so it answers nothing'),
    ).toBe(true)
    expect(await run(desk(), [...given], 'agent', 'true')).toBe(0)
    const told = bench.events.findLast((event) => event.type === 'finding')
    expect(told?.type === 'finding' ? told.finding.answer : null).toMatchObject({ reason: 'known', run: { command: 'true', exit: 0 } })
  })

  it('runs nothing for a finding that is answered without, or by nobody', async () => {
    const marker = `touch ${join(bench.root, 'ran')}`
    const desk = () => bench.desk({ smoke: [smoke(node('forgot.js'))] })
    const given = [{ by: 'override', rule: 'env-not-loaded', subject: null, reason: 'known' }] as const
    await run(desk(), [], 'agent', marker).catch(() => undefined)
    expect(await run(desk(), [...given], 'terminal', marker)).toBe(0)
    expect(existsSync(join(bench.root, 'ran'))).toBe(false)
  })

  it('leaves nothing in the repository', async () => {
    const before = readdirSync(bench.root)
    await run(bench.desk({ smoke: [smoke(node('loads.js'))] }))
    expect(readdirSync(bench.root)).toEqual(before)
  })
})
