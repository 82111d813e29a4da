import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AckDocument, documentText } from '../../src/ledger/ack-document.ts'
import type { DurableEvent } from '../../src/ledger/events.ts'
import { nameServing } from '../../src/words.ts'
import type { House, Told } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { hasTerminal } from '../support/terminal.ts'
import { attempt, CONFIG, lodge, SLOW } from './halts.ts'

const hasKeygen = spawnSync('ssh-keygen', ['-?'], { stdio: 'ignore' }).error === undefined
if (!hasKeygen) process.stderr.write('signed acknowledgements: left out, there is no ssh-keygen here\n')

const room = mkdtempSync(join(tmpdir(), 'safe-deploy-keys-'))
afterAll(() => rmSync(room, { recursive: true }))

/** A private folder for keys. */
const tempFolder = (): string => mkdtempSync(join(room, 'keys-'))

const SAID = ['--cause=the retry', '--evidence-run=true', '--next=mend it', '--path=**']
const NAMESPACE = 'safe-deploy-ack-v1'

/** A key, and the line that lets it sign. */
const makeKey = (folder: string, name: string, options = `namespaces="${NAMESPACE}"`) => {
  const file = join(folder, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file])
  return { file, line: `${name} ${options} ${readFileSync(`${file}.pub`, 'utf8')}` }
}

const withPolicy = (policy: string): string => CONFIG.replace('acknowledge: { agents: true }', `acknowledge: ${policy}`)

const refusalOf = (told: Told) => ({ code: told.code, refused: told.refusal?.code, why: told.refusal?.why?.join(' ') })

const lastAck = async (house: House): Promise<Extract<DurableEvent, { type: 'halt.acknowledged' }>> => {
  const { lines } = await house.json(['ledger', 'log'])
  const report = lines.find((line) => line.type === 'report') as unknown as { data: { events: DurableEvent[] } }
  return report.data.events.find((event) => event.type === 'halt.acknowledged') as never
}

describe.runIf(hasKeygen)('a policy of signed', () => {
  const folder = hasKeygen ? tempFolder() : ''
  const keys = hasKeygen
    ? {
        ada: makeKey(folder, 'ada'),
        eve: makeKey(folder, 'eve'),
        old: makeKey(folder, 'old', `namespaces="${NAMESPACE}",valid-before="20200101"`),
        other: makeKey(folder, 'other', 'namespaces="git"'),
      }
    : null
  const signers = keys ? [keys.ada, keys.old, keys.other].map(({ line }) => line).join('') : ''
  const house = lodge(async () => {
    const at = await openHouse({
      config: withPolicy('{ level: signed, agents: true }'),
      files: { '.safe-deploy/allowed_signers': signers },
      good: 'the first one',
    })
    await attempt(at, 'unhealthy')
    return at
  })
  const file = (name: string): string => join(folder, name)
  const sign = (document: string, key: string, namespace = NAMESPACE): string => {
    execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', key, document], { stdio: 'ignore' })
    return `${document}.sig`
  }
  const handOut = async (name: string): Promise<string> => {
    const told = await house().json(['ack', ...SAID, `--document=${file(name)}`])
    expect(told.code, told.out).toBe(0)
    return file(name)
  }
  const takeBack = (document: string, signature: string) => house().json(['ack', `--document=${document}`, `--signature=${signature}`])

  test.sequential(
    'takes no local one, and says how it can be signed',
    async () => {
      const told = await house().json(['ack', ...SAID])
      expect(refusalOf(told)).toMatchObject({ code: 13, refused: 'ACK_LEVEL' })
      expect(told.refusal?.next.map(({ argv, needs }) => [...argv, ...(needs ?? [])].join(' '))).toEqual([
        'safe-deploy ack --sign',
        'safe-deploy ack --document',
        'safe-deploy rollback',
      ])
    },
    SLOW,
  )

  test.runIf(hasTerminal).sequential(
    'takes no local one from a terminal either, whoever types there',
    async () => {
      const shown = await house().terminal(['ack', '--cause=a', '--evidence=b', '--next=c', '--path=**'])
      expect(shown.code).toBe(13)
      expect(shown.screen).toContain('ACK_LEVEL')
    },
    SLOW,
  )

  test.sequential(
    'refuses what was tampered with, made for another purpose, or signed by somebody who may not',
    async () => {
      const document = await handOut('one.json')
      const signature = sign(document, keys!.ada.file)
      const text = readFileSync(document, 'utf8')
      const tampered = file('tampered.json')
      writeFileSync(tampered, text.replace('the retry', 'the cache'))
      const cases: [string, string, RegExp][] = [
        [tampered, signature, /does not fit what was signed/],
        [document, sign(copied(document, 'git.json'), keys!.ada.file, 'git'), /made for git/],
        [document, sign(copied(document, 'eve.json'), keys!.eve.file), /none of the keys that may sign/],
        [document, sign(copied(document, 'old.json'), keys!.old.file), /may not sign this, or not any more|none of the keys/],
        [document, sign(copied(document, 'other.json'), keys!.other.file), /may not sign this/],
        [document, document, /no signature/],
        [file('nowhere.json'), signature, /^undefined$|/],
      ]
      for (const [what, by, why] of cases.slice(0, -1)) {
        const told = refusalOf(await takeBack(what, by))
        expect(told, `${what} ${by}`).toMatchObject({ code: 13, refused: 'ACK_SIGNATURE' })
        expect(told.why).toMatch(why)
      }
      expect(refusalOf(await takeBack(file('nowhere.json'), signature))).toMatchObject({ code: 64, refused: 'USAGE' })
      expect(house().ledgerState()?.ack).toBeNull()
    },
    SLOW,
  )

  test.sequential(
    'refuses a document that is too old, or about another halt',
    async () => {
      const document = await handOut('two.json')
      const value = JSON.parse(readFileSync(document, 'utf8'))
      for (const [change, why] of [
        [{ expires: '2020-01-01T00:00:00.000Z' }, /until 2020/],
        [{ expires: '2099-01-01T00:00:00.000Z' }, /longer than 15 minutes/],
        [{ halt: 'another' }, /its halt is another/],
        [{ app: 'billing' }, /its app is billing/],
      ] as const) {
        writeFileSync(document, `${JSON.stringify({ ...value, ...change }, null, 2)}\n`)
        const told = refusalOf(await takeBack(document, sign(copied(document, 'changed.json'), keys!.ada.file)))
        expect(told).toMatchObject({ code: 13, refused: 'ACK_SIGNATURE' })
        expect(told.why).toMatch(why)
      }
    },
    SLOW,
  )

  test.sequential(
    'takes one that somebody signed elsewhere, once, and the record says who',
    async () => {
      const document = await handOut('three.json')
      const signature = sign(document, keys!.ada.file)
      const told = await takeBack(document, signature)
      expect(told.code, told.out).toBe(0)
      expect(told.out).toContain('signed by ada')
      expect(await lastAck(house())).toMatchObject({ level: 'signed', cause: 'the retry', signature: { principal: 'ada', touched: false } })
      for (const command of ['history', 'status']) expect((await house().sd([command])).out).toMatch(/acknowledged \(signed\)/i)
      const again = refusalOf(await takeBack(document, signature))
      expect(again).toMatchObject({ code: 13, refused: 'ACK_SIGNATURE' })
      expect(again.why).toMatch(/acknowledged once already/)
      expect(house().ledgerState()?.ack?.id).toBe(JSON.parse(readFileSync(document, 'utf8')).nonce)
    },
    SLOW,
  )

  test.sequential(
    'hands out and takes back by the lines that it prints, from any folder, and what the record holds is what was signed',
    async () => {
      const secret = ['not', 'to', 'be', 'shown'].join('-')
      const folder = join(room, "a folder's")
      const cwd = join(house().root, 'below')
      for (const dir of [folder, cwd]) mkdirSync(dir, { recursive: true })
      const ways = { cwd, env: { DEPLOY_TOKEN: secret } }
      const said = ['--cause=the token ' + secret, '--evidence-run=true', '--next=\u202emend it', '--path=**']
      const handed = await house().json(['ack', ...said, `--document=${relative(cwd, folder)}/-doc.json`], ways)
      expect(handed.code, handed.out).toBe(0)
      const { lines } = handed.lines.find((line) => line.type === 'report') as unknown as { lines: string[] }
      const [signs = '', takes = ''] = lines
      execFileSync('sh', ['-c', signs.replace(' -f KEY ', ` -q -f ${keys!.ada.file} `)], { cwd, stdio: 'ignore' })
      const back = takes.replace(/^safe-deploy/, `'${house().bin.join("' '")}'`)
      const told = spawnSync('sh', ['-c', back], { cwd, env: { ...house().env, ...ways.env }, encoding: 'utf8' })
      expect(told.status, told.stderr).toBe(0)
      const { signature, cause } = await lastAck(house())
      expect(signature?.document).toBe(readFileSync(join(folder, '-doc.json'), 'utf8'))
      expect(cause).toBe('the token •••')
      expect(signature?.document).not.toMatch(/[^\n -~•]/)
    },
    SLOW,
  )

  test.sequential(
    'takes back no text that is a secret here, and writes over nothing that is no document',
    async () => {
      const secret = ['not', 'to', 'be', 'shown'].join('-')
      const document = await handOut('four.json')
      writeFileSync(document, readFileSync(document, 'utf8').replace('the retry', secret))
      const told = await house().json(['ack', `--document=${document}`, `--signature=${sign(document, keys!.ada.file)}`], {
        env: { DEPLOY_TOKEN: secret },
      })
      expect(refusalOf(told)).toMatchObject({ code: 13, refused: 'ACK_SIGNATURE' })
      expect(told.refusal?.why.join()).toMatch(/secret value/)
      const before = readFileSync(join(house().root, 'fly.toml'), 'utf8')
      expect(refusalOf(await house().json(['ack', ...SAID, '--document=fly.toml']))).toMatchObject({ code: 64, refused: 'USAGE' })
      expect(readFileSync(join(house().root, 'fly.toml'), 'utf8')).toBe(before)
    },
    SLOW,
  )

  test.sequential(
    'takes one that is signed here, and the deploy goes on',
    async () => {
      const told = await house().json(['ack', ...SAID, `--sign=${keys!.ada.file}`])
      expect(told.code, told.out).toBe(0)
      house().change('app.txt', 'mended\n', 'Mend it')
      expect((await house().deploy('mended')).code).toBe(0)
      expect(house().ledgerState()?.core.halt).toBeNull()
    },
    SLOW,
  )

  const copied = (document: string, name: string): string => {
    copyFileSync(document, file(name))
    return file(name)
  }
})

describe.runIf(hasKeygen)('where a touch is demanded', () => {
  test(
    'a key on disk does not do',
    async () => {
      const folder = tempFolder()
      const key = makeKey(folder, 'ada')
      const house = await openHouse({
        config: withPolicy('{ level: signed, touch: true, agents: true }'),
        files: { '.safe-deploy/allowed_signers': key.line },
        good: 'the first one',
      })
      try {
        await attempt(house, 'unhealthy')
        const told = refusalOf(await house.json(['ack', ...SAID, `--sign=${key.file}`]))
        expect(told).toMatchObject({ code: 13, refused: 'ACK_SIGNATURE' })
        expect(told.why).toMatch(/security key that was touched/)
      } finally {
        await house.close()
      }
    },
    SLOW,
  )
})

describe.runIf(hasKeygen)('who may sign', () => {
  test(
    'is what the known good says: a change cannot let its own author sign',
    async () => {
      const folder = tempFolder()
      const [ada, eve] = [makeKey(folder, 'ada'), makeKey(folder, 'eve')]
      const house = await openHouse({
        config: withPolicy('{ level: signed, agents: true }'),
        files: { '.safe-deploy/allowed_signers': ada.line },
        good: 'the first one',
      })
      try {
        await attempt(house, 'unhealthy')
        house.change('.safe-deploy/allowed_signers', eve.line, 'Let me sign')
        expect(refusalOf(await house.json(['ack', ...SAID, `--sign=${eve.file}`]))).toMatchObject({ refused: 'ACK_SIGNATURE' })
        expect((await house.json(['ack', ...SAID, `--sign=${ada.file}`])).code).toBe(0)
      } finally {
        await house.close()
      }
    },
    SLOW,
  )
})

describe('a policy of local', () => {
  test.runIf(hasTerminal)(
    'takes what a person types in a terminal, and calls it weak',
    async () => {
      const house = await openHouse({ config: withPolicy('{ level: local }'), good: 'the first one' })
      try {
        await attempt(house, 'unhealthy')
        expect(refusalOf(await house.json(['ack', ...SAID]))).toMatchObject({ code: 13, refused: 'NEEDS_PERSON' })
        // What it writes down for somebody to sign acknowledges nothing.
        expect((await house.json(['ack', ...SAID, `--document=${join(tempFolder(), 'doc.json')}`])).code).toBe(0)
        expect(house.ledgerState()?.ack).toBeNull()
        const shown = await house.terminal(['ack', '--cause=a', '--evidence=b', '--next=c', '--path=**'])
        expect(shown.code, shown.written).toBe(0)
        expect(shown.screen).toContain('local: weak')
        expect(await lastAck(house)).toMatchObject({ level: 'local' })
      } finally {
        await house.close()
      }
    },
    SLOW,
  )
})

describe('a policy of local, and an agent without a key', () => {
  const house = lodge(async () => {
    const at = await openHouse({ config: withPolicy('{ level: local }'), good: 'the first one' })
    await attempt(at, 'unhealthy')
    return at
  })
  const forged = (): string => {
    const { core } = house().ledgerState()!
    const good = core.good[0]!.serving
    const file = join(tempFolder(), 'forged.json')
    const document: AckDocument = {
      ...{ v: 1, ledger: core.ledger, app: core.app, halt: core.halt!.id, failed: null, commit: core.halt!.candidate!.commit },
      ...{ good: nameServing(good), cause: 'a', evidence: 'b', evidenceRun: null, next: 'c', paths: ['**'], outside: null },
      ...{ nonce: 'a'.repeat(32), by: 'Ada (terminal, here)', issued: new Date().toISOString() },
      expires: new Date(Date.now() + 60_000).toISOString(),
    }
    writeFileSync(file, documentText(document))
    return file
  }

  test.sequential(
    'is not let in by a document that nobody signed, however the flags stand',
    async () => {
      const file = forged()
      for (const more of [['--sign='], ['--sign=/dev/null'], []]) {
        const told = refusalOf(await house().json(['ack', `--document=${file}`, `--signature=${file}`, ...more]))
        expect(told, more.join(' ')).toMatchObject({ code: 13, refused: 'ACK_SIGNATURE' })
      }
      for (const given of [['--signature='], ['--document='], ['--sign=', '--signature=']])
        expect((await house().json(['ack', ...SAID, ...given])).code, given.join(' ')).not.toBe(0)
      expect(house().ledgerState()?.ack).toBeNull()
    },
    SLOW,
  )
})

describe('a policy of remote', () => {
  const api = { server: null as unknown as Server, run: {} as unknown, approvals: [] as unknown, asked: [] as string[] }
  beforeAll(async () => {
    api.server = createServer((request, response) => {
      api.asked.push(`${request.url} ${request.headers.authorization}`)
      response.end(JSON.stringify(request.url?.endsWith('/approvals') ? api.approvals : api.run))
    })
    await new Promise<void>((resolve) => api.server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => api.server.close())

  const house = lodge(async () => {
    const { port } = api.server.address() as AddressInfo
    const approval = `{ repository: acme/everflow, workflow: .github/workflows/acknowledge.yml, environment: production, api: "http://127.0.0.1:${port}" }`
    const at = await openHouse({ config: withPolicy(`{ level: remote, approval: ${approval} }`), good: 'the first one' })
    await attempt(at, 'unhealthy')
    return at
  })

  const RUN = { path: '.github/workflows/acknowledge.yml', status: 'in_progress', triggering_actor: { login: 'eve' } }
  const by = (login: string, environment = 'production', state = 'approved') => ({
    state,
    environments: [{ name: environment }],
    user: { login },
  })
  const job = { GITHUB_RUN_ID: '4711', GITHUB_TOKEN: 'job-token-of-this-run' }
  const ack = (env: Record<string, string> = job) => house().json(['ack', ...SAID], { env })
  const later = () => new Date(Date.now() + 60_000).toISOString()

  test.sequential(
    'takes nothing that nobody else approved, in the workflow and environment that it names, after the halt',
    async () => {
      const run = { ...RUN, created_at: later() }
      const cases: [run: unknown, approvals: unknown, why: RegExp][] = [
        [run, [], /nobody but eve approved/],
        [run, [by('eve')], /nobody but eve approved/],
        [run, [by('ada', 'staging')], /nobody but eve/],
        [run, [by('ada', 'production', 'rejected')], /nobody but eve/],
        [{ ...run, path: '.github/workflows/deploy.yml' }, [by('ada')], /is of .*deploy\.yml/],
        [{ ...run, status: 'completed' }, [by('ada')], /not in progress/],
        [{ ...run, created_at: '2020-01-01T00:00:00Z' }, [by('ada')], /before the halt/],
        [{ ...run, actor: { login: 'ada' } }, [by('ada'), by('eve')], /nobody but eve and ada approved/],
        [{ ...run, triggering_actor: undefined }, [by('ada')], /does not say who started/],
        ['nonsense', 'nonsense', /is of undefined/],
      ]
      for (const [what, approvals, why] of cases) {
        Object.assign(api, { run: what, approvals })
        const told = refusalOf(await ack())
        expect(told, String(why)).toMatchObject({ code: 13, refused: 'ACK_NOT_APPROVED' })
        expect(told.why).toMatch(why)
      }
      expect(refusalOf(await ack({})).why).toMatch(/no job of GitHub Actions/)
    },
    SLOW,
  )

  test.sequential(
    'takes the approval of somebody else, names them, and takes it once',
    async () => {
      Object.assign(api, { run: { ...RUN, created_at: later() }, approvals: [by('eve'), by('ada')] })
      const told = await ack()
      expect(told.code, told.out).toBe(0)
      expect(await lastAck(house())).toMatchObject({ level: 'remote', approval: { run: '4711', environment: 'production', by: 'ada' } })
      expect(api.asked.at(-1)).toBe('/repos/acme/everflow/actions/runs/4711/approvals Bearer job-token-of-this-run')
      expect(told.out + told.err + JSON.stringify(house().ledgerState())).not.toContain('job-token')
      expect(refusalOf(await ack()).why).toMatch(/has acknowledged already/)
    },
    SLOW,
  )

  test.sequential(
    'lets an approval carry the override after three failures, as nobody could give it from a terminal',
    async () => {
      const approved = (run: string, ...more: string[]) => house().json(['ack', ...SAID, ...more], { env: { ...job, GITHUB_RUN_ID: run } })
      await attempt(house(), 'unhealthy')
      Object.assign(api, { run: { ...RUN, created_at: later() }, approvals: [by('ada')] })
      expect((await approved('1')).code).toBe(0)
      await attempt(house(), 'unhealthy')
      expect(house().ledgerState()?.incident?.failures).toBe(3)
      expect((await approved('2')).refusal?.code).toBe('FIX_FORWARD_LIMIT')
      const why = '--override=fix-forward-limit=the cause is known'
      Object.assign(api, { approvals: [] })
      expect((await approved('2', why)).refusal?.code).toBe('ACK_NOT_APPROVED')
      Object.assign(api, { approvals: [by('ada')] })
      expect((await approved('2', why)).code).toBe(0)
      expect(await lastAck(house())).toMatchObject({ level: 'remote', override: 'fix-forward-limit: the cause is known' })
    },
    SLOW,
  )
})
