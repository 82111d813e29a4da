import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { APPS } from '../support/apps.ts'
import type { House, Told } from '../support/house.ts'
import { kept } from '../support/kept.ts'
import { openHouse } from '../support/open-house.ts'
import { leftovers, runFile } from '../support/settled.ts'
import { start, until } from '../support/started.ts'
import { hasTerminal, type Key } from '../support/terminal.ts'
import { attempt, CONFIG, houseFor, SLOW } from './halts.ts'

const run = (house: House, words: readonly string[], ways: Parameters<House['json']>[1] = {}): Promise<Told> =>
  house.json(['run', '--because=rotate the key', '--', 'fly', ...words], ways)

/** How often the real tool was given this command. */
const calls = (house: House, ...words: string[]): number =>
  house.calls().filter((argv) => words.every((word, i) => argv[i] === word)).length

/** A fly in front of the pocket's: does its own line, and then what fly does. */
const flyThat = (house: House, name: string, line: string): Record<string, string> => {
  const path = join(house.dir, name)
  writeFileSync(path, `#!/bin/sh\n${line}\n`)
  chmodSync(path, 0o755)
  return { SAFE_DEPLOY_FLY: path }
}

const pocket = (house: House): string => join(house.dir, 'bin', 'fly')

describe('a fly command that changes production', () => {
  const house = houseFor()

  test(
    'is recorded as a run, and what it moved is known as ours: the next plan has nothing to say of it',
    async () => {
      const told = await run(house(), ['secrets', 'set', 'API_KEY=value-number-one'])
      expect(told.code, told.out).toBe(0)
      const { good, halt, open } = house().ledgerState()?.core ?? {}
      expect({ halt, open }).toEqual({ halt: null, open: null })
      expect(good?.[0]).toMatchObject({ because: 'the first one', serving: { version: 3 }, secrets: { API_KEY: expect.any(String) } })
      const history = await house().json(['history'])
      expect(history.out).toContain('rotate the key')
      house().change('app.txt', 'more\n', 'Serve more')
      const plan = await house().json(['plan'])
      expect(plan.lines.filter((line) => line.type === 'finding').map((line) => (line.finding as { rule: string }).rule)).not.toContain(
        'drift-noted',
      )
      expect(house().ledgerState()?.tries.length).toBe(1)
    },
    SLOW,
  )

  test(
    'a fly that is not there is said, also for what would only have been passed on',
    async () => {
      const told = await house().json(['run', '--', 'fly', 'status'], { env: { SAFE_DEPLOY_FLY: join(house().dir, 'nowhere') } })
      expect({ code: told.code, refused: told.refusal?.code }, told.out).toEqual({ code: 69, refused: 'TOOL_MISSING' })
    },
    SLOW,
  )

  test(
    'an app that is not this repository’s is refused, and the printed command goes without its name',
    async () => {
      const told = await house().json(['status', '--app=billing'])
      expect(told.refusal?.code).toBe('APP_DISAGREES')
      expect((await house().type(told.refusal!.next[0]!)).code).toBe(0)
    },
    SLOW,
  )

  test(
    'what somebody else moved before it stays for the next deploy to say',
    async () => {
      await house().fly(['secrets', 'set', 'FOREIGN=somebody-elses'])
      const told = await run(house(), ['secrets', 'set', 'API_KEY=value-number-two'])
      expect(told.code, told.out).toBe(0)
      expect(told.out).toContain('moved before this, and not by the guard')
      const known = house().ledgerState()?.core.good[0]
      expect(known?.secrets).not.toHaveProperty('FOREIGN')
      const plan = await house().json(['plan'])
      expect(plan.out).toContain('FOREIGN was added')
      expect(plan.out).not.toContain('API_KEY')
    },
    SLOW,
  )

  test(
    'takes secrets from stdin, and needs a reason where nobody can be asked',
    async () => {
      const before = calls(house(), 'secrets', 'import')
      const none = await house().json(['run', '--', 'fly', 'secrets', 'import'], { input: 'FROM_STDIN=value-of-stdin\n' })
      expect({ code: none.code, refused: none.refusal?.code }).toEqual({ code: 10, refused: 'NO_BECAUSE' })
      expect(none.refusal?.next[0]?.argv).toEqual(['safe-deploy', 'run', '--', 'fly', 'secrets', 'import'])
      expect(calls(house(), 'secrets', 'import')).toBe(before)
      expect((await run(house(), ['secrets', 'import'], { input: 'FROM_STDIN=value-of-stdin\n' })).code).toBe(0)
      expect((await house().fly(['secrets', 'list'])).out).toContain('FROM_STDIN')
    },
    SLOW,
  )

  test(
    'works where a token is all there is, and no home',
    async () => {
      const env = { FLY_API_TOKEN: ['FlyV1', 'token-of-a-job-0123456789'].join(' '), CI: 'true', HOME: join(house().dir, 'nowhere') }
      house().write({ 'safe-deploy.yml': `${CONFIG}ledger: { remote: none }\n` })
      const told = await run(house(), ['secrets', 'set', 'API_KEY=value-of-a-job'], { env })
      house().git('checkout', '-q', 'safe-deploy.yml')
      expect(told.code, told.out).toBe(0)
    },
    SLOW,
  )

  test('a mask typed as a value, a pair without a name, and no fly command are refused before anything is done', async () => {
    for (const words of [
      ['fly', 'secrets', 'set', 'API_KEY=•••'],
      ['fly', 'secrets', 'set', 'API_KEY'],
      ['rm', '-rf', 'x'],
      ['fly', 'launch'],
    ]) {
      const told = await house().json(['run', '--because=x', '--', ...words])
      expect([words.join(' '), told.code, told.refusal?.code]).toEqual([words.join(' '), 64, 'USAGE'])
    }
    expect((await house().json(['run'])).code).toBe(64)
  })

  test('another app than the one here is refused by name', async () => {
    const told = await run(house(), ['secrets', 'set', 'API_KEY=value-for-another', '-a', 'another'])
    expect({ code: told.code, refused: told.refusal?.code }).toEqual({ code: 64, refused: 'APP_DISAGREES' })
    expect(told.refusal?.why.join()).toContain('type it in the repository that deploys the app')
  })
})

describe('what is no change', () => {
  const house = houseFor()

  test('a command that only looks is fly itself: output, stdin and exit code', async () => {
    const events = house().ledgerState()?.seq
    const shown = await house().sd(['run', '--', 'fly', 'status'])
    expect(shown).toMatchObject({ code: 0, out: (await house().fly(['status'])).out, err: '' })
    const env = flyThat(house(), 'asks', 'read line; echo "heard $line"; exit 42')
    expect(await house().sd(['run', '--', 'fly', 'logs'], { env, input: 'something\n' })).toEqual({
      code: 42,
      out: 'heard something\n',
      err: '',
    })
    expect(house().ledgerState()?.seq).toBe(events)
  })

  test('a signal ends it as it would end fly', async () => {
    const env = flyThat(house(), 'waits', 'trap "echo asked; exit 7" TERM; echo ready; while :; do sleep 0.05; done')
    const waits = start(house(), ['run', '--', 'fly', 'logs'], { env })
    await waits.says('ready')
    waits.signal('SIGTERM')
    expect(await waits.done).toMatchObject({ code: 7, out: 'ready\nasked\n' })
    const dies = start(house(), ['run', '--', 'fly', 'logs'], { env: flyThat(house(), 'dies', 'echo ready; kill -9 $$') })
    expect((await dies.done).code).toBe(137)
  })

  test('fly deploy is the guarded deploy', async () => {
    const deploys = house().deploys()
    house().change('app.txt', 'two\n', 'Serve two')
    const told = await house().json(['run', '--because=two', '--', 'fly', '-a', 'everflow', 'deploy', '--remote-only'])
    expect({ code: told.code, refused: told.refusal?.code }).toEqual({ code: 10, refused: 'NOT_READ' })
    expect(told.refusal?.next[0]?.argv).toEqual(['safe-deploy', 'plan', '--', '-a', 'everflow', '--remote-only'])
    expect(house().deploys()).toBe(deploys)
  })

  test('fly deploy --build-only builds, as there is nothing to guard', async () => {
    const told = await house().sd(['run', '--', 'fly', 'deploy', '--build-only'])
    expect(told.code, told.out + told.err).toBe(0)
  })
})

describe('a run that may not be', () => {
  const house = houseFor()

  test(
    'is refused while halted, and says what is blocked and the ways out; nothing lifts the halt',
    async () => {
      await attempt(house(), 'release-command-fail')
      await house().json(['bad', '--because=orders fail'])
      const halt = house().ledgerState()?.core.halt?.id
      const before = calls(house(), 'secrets', 'set')
      const told = await run(house(), ['secrets', 'set', 'API_KEY=while-halted'])
      expect({ code: told.code, refused: told.refusal?.code }).toEqual({ code: 12, refused: 'HALTED' })
      expect(told.refusal?.why[0]).toBe('fly secrets set was not run')
      expect(told.refusal?.next.map(({ argv }) => argv[1])).toEqual(expect.arrayContaining(['rollback', 'ack']))
      expect(calls(house(), 'secrets', 'set')).toBe(before)
      expect(house().ledgerState()?.core.halt?.id).toBe(halt)
      expect((await house().sd(['run', '--', 'fly', 'status'])).code).toBe(0)
    },
    SLOW,
  )

  test(
    'under an acknowledgement it runs, uses it up not, and lifts nothing',
    async () => {
      await house().json(['ack', '--cause=a key', '--evidence-run=true', '--next=set it', '--outside=the key'])
      expect(house().ledgerState()?.ack).not.toBeNull()
      const told = await run(house(), ['secrets', 'set', 'API_KEY=under-an-ack'])
      expect(told.code, told.out).toBe(0)
      expect(house().ledgerState()).toMatchObject({ core: { halt: expect.any(Object) }, ack: expect.any(Object) })
    },
    SLOW,
  )
})

test(
  'a frozen app is not changed, and a budget that is spent for deploys does not count',
  async () => {
    const house = await openHouse({ app: 'worker', config: CONFIG.replace('unproven: 50', 'unproven: 1'), good: 'the first' })
    try {
      await house.json(['freeze', '--for=1h', '--because=a migration'])
      expect(await run(house, ['secrets', 'set', 'API_KEY=while-frozen'])).toMatchObject({ code: 12, refusal: { code: 'FROZEN' } })
      await house.json(['thaw', '--because=done'])
      house.change('app.txt', 'two\n', 'Serve two')
      expect(await house.json(['plan'])).toMatchObject({ code: 12, refusal: { code: 'BUDGET' } })
      expect((await run(house, ['secrets', 'set', 'API_KEY=after-the-thaw'])).code).toBe(0)
    } finally {
      await house.close()
    }
  },
  SLOW,
)

test(
  'a secret that breaks what serves halts, though fly exited 0',
  async () => {
    const server = APPS.web['server.js'].replace("text().includes('broken')", "request.url === '/' && process.env.BREAK !== undefined")
    const house = await openHouse({ config: CONFIG, good: 'the first', files: { 'server.js': server } })
    try {
      const told = await run(house, ['secrets', 'set', 'BREAK=everything'])
      expect({ code: told.code, refused: told.refusal?.code }, told.out).toEqual({ code: 21, refused: 'PROBE_FAILED' })
      const { halt, good } = house.ledgerState()?.core ?? {}
      expect(halt).toMatchObject({ outcome: 'unhealthy', why: expect.stringMatching(/^after fly secrets set: GET .*500/) })
      expect(good?.[0]?.secrets).not.toHaveProperty('BREAK')
      expect(house.ledgerState()?.incident?.failures).toBe(0)
      // The way forward is the next secret, once somebody has said why.
      await house.json(['ack', '--cause=a bad secret', '--evidence-run=true', '--next=unset it', '--outside=the secret'])
      expect((await run(house, ['secrets', 'unset', 'BREAK'])).code).toBe(0)
      expect((await house.json(['adopt', '--because=it answers again'])).code).toBe(0)
      expect(await house.status()).toBe(0)
    } finally {
      await house.close()
    }
  },
  SLOW,
)

test(
  'beside a deploy it is refused with 14, and a deploy beside it as well',
  async () => {
    const house = await openHouse({ config: CONFIG, good: 'the first' })
    try {
      const gate = join(house.dir, 'gate')
      const env = flyThat(
        house,
        'slow',
        `case $1 in secrets) while [ "$2" = set ] && [ ! -f ${gate} ]; do sleep 0.05; done;; esac\nexec ${pocket(house)} "$@"`,
      )
      const slow = start(house, ['run', '--because=slowly', '--no-input', '--', 'fly', 'secrets', 'set', 'API_KEY=slow-value'], { env })
      await until(() => runFile(house)?.step === 'running', 'fly runs')
      const other = await run(house, ['secrets', 'set', 'API_KEY=beside-it'])
      expect({ code: other.code, refused: other.refusal?.code }).toEqual({ code: 14, refused: 'DEPLOYING' })
      expect(other.refusal?.next.map(({ argv }) => argv.join(' '))).toContain('safe-deploy status --wait')
      house.change('app.txt', 'two\n', 'Serve two')
      expect((await house.json(['deploy', '--because=two'])).code).toBe(14)
      writeFileSync(gate, '')
      expect((await slow.done).code).toBe(0)
      expect(leftovers(house)).toEqual([])
    } finally {
      await house.close()
    }
  },
  SLOW,
)

describe.runIf(hasTerminal)('in a terminal', () => {
  const house = houseFor()
  const asking =
    'case "$1 $2" in "machine update") [ -t 0 ] && [ -t 1 ] && printf "Apply changes? "; trap "exit 130" INT; read -r yes; echo "applied $yes"; exit 0;; esac'
  const inHouse = (keys: readonly Key[]) => {
    const env = flyThat(house(), 'asks', `${asking}\nexec ${pocket(house())} "$@"`)
    return house().terminal(['run', '--', 'fly', 'machine', 'update', 'm1'], keys, { env })
  }
  const last = () => house().json(['history', '--limit=1'])

  test(
    'a person is asked for the reason, and then answers fly itself',
    async () => {
      const seen = await inHouse([
        { waits: 'What is fly machine update for?', keys: 'more memory\r' },
        { waits: 'Apply changes?', keys: 'y\r' },
      ])
      expect(seen.code, seen.written).toBe(0)
      expect(seen.written).toContain('applied y')
      expect((await last()).out).toContain('more memory')
    },
    SLOW,
  )

  test(
    'Ctrl-C at fly’s own question ends fly, and what it did is found out',
    async () => {
      const seen = await inHouse([
        { waits: 'What is fly machine update for?', keys: '\r' },
        { waits: 'Apply changes?', keys: '\u0003' },
      ])
      expect(seen.code, seen.written).toBe(20)
      expect(house().ledgerState()?.core).toMatchObject({ open: null, halt: { outcome: 'not-started', light: true } })
      await house().json(['rollback'])
      expect(await house().status()).toBe(0)
    },
    SLOW,
  )

  test(
    'where nobody can answer, it says so before anything is recorded',
    async () => {
      const seq = house().ledgerState()?.seq
      const told = await run(house(), ['machine', 'update', 'm1'])
      expect({ code: told.code, argv: told.refusal?.next[0]?.argv.at(-1) }).toEqual({ code: 64, argv: '--yes' })
      expect(house().ledgerState()?.seq).toBe(seq)
    },
    SLOW,
  )
})

describe('a run that is killed', () => {
  const killed = async (line: (house: House) => string, then: (house: House) => Promise<void>): Promise<void> => {
    const house = await openHouse({ config: CONFIG, good: 'the first' })
    try {
      const env = flyThat(house, 'hangs', `case "$1 $2" in 'secrets set') ${line(house)};; esac\nexec ${pocket(house)} "$@"`)
      const begun = start(house, ['run', '--because=rotate', '--no-input', '--', 'fly', 'secrets', 'set', 'API_KEY=killed-value'], { env })
      await until(() => existsSync(join(house.dir, 'hung')), 'fly hangs')
      begun.signal('SIGKILL')
      await begun.done
      expect(house.ledgerState()?.core.open?.kind).toBe('run')
      await house.json(['status', '--live'])
      await then(house)
      expect(leftovers(house)).toEqual([])
    } finally {
      await house.close()
    }
  }

  test(
    'before fly did anything: not-started, found by the next command',
    () =>
      killed(
        (house) => `touch ${house.dir}/hung; sleep 600`,
        async (house) => {
          expect(house.ledgerState()?.core).toMatchObject({ open: null, halt: { outcome: 'not-started', light: true } })
        },
      ),
    SLOW,
  )

  test(
    'after it was done: known by its release, and noted as ours',
    () =>
      killed(
        (house) => `${pocket(house)} "$@"; touch ${house.dir}/hung; sleep 600`,
        async (house) => {
          expect(house.ledgerState()?.core).toMatchObject({ open: null, halt: null })
          expect(house.ledgerState()?.core.good[0]?.secrets).toHaveProperty('API_KEY')
        },
      ),
    SLOW,
  )
})

test(
  'no value of a secret reaches the ledger, the clone or the screen, whatever fly prints',
  async () => {
    const house = await openHouse({ config: CONFIG, good: 'the first' })
    try {
      const env = flyThat(
        house,
        'loud',
        `echo "given: $*"; case "$1 $2" in 'secrets import') exec ${pocket(house)} "$@" ;; esac\nexec ${pocket(house)} "$@"`,
      )
      const echo = flyThat(house, 'echoes', `case "$1 $2" in 'secrets import') cat >&2; exit 1;; esac\nexec ${pocket(house)} "$@"`)
      const values = ['argument-c0ffee11', 'inline-5eeded22', 'stdin-f00dfeed33', 'second line 44beef', 'forgotten-name-55dead']
      const shown: string[] = []
      const keep = async (words: readonly string[], ways: Parameters<House['json']>[1]) => {
        for (const told of [await house.sd(words, ways), await run(house, words.slice(words.indexOf('--') + 2), ways)])
          shown.push(told.out, told.err)
      }
      const line = (...words: string[]) => ['run', '--because=x', '--', 'fly', ...words]
      await keep(line('secrets', 'set', `ONE=${values[0]}`, `TWO=${values[1]}`), { env })
      await keep(['run', '--', 'fly', 'secrets', 'set', `ONE=${values[0]}`], { env })
      await keep(line('secrets', 'set', 'ONE', `${values[4]}`), { env })
      await keep(line('secrets', 'import'), { env: echo, input: `THREE="${values[2]}"\nFOUR="first\n${values[3]}"\n` })
      await keep(line('secrets', 'set', `ONE=${values[0]}`), { env })
      shown.push((await house.sd(['history'])).out, (await house.sd(['ledger', 'log'])).out, (await house.sd(['status'])).out)
      for (const [where, text] of [...shown.map((text, i): [string, string] => [`screen ${i}`, text]), ...kept(house)])
        for (const value of values) expect(text.includes(value), `${where} holds ${value}:\n${text.slice(0, 2000)}`).toBe(false)
      expect(shown.join('')).toContain('given: secrets set ONE=•••')
    } finally {
      await house.close()
    }
  },
  SLOW,
)
