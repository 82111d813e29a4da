import { describe, expect, it, test } from 'vitest'
import { COMMANDS } from '../../src/commands/all-commands.ts'
import { parsePlain, pick, read } from '../../src/commands/parse.ts'
import { parseHard } from '../../src/commands/parse-hard.ts'
import { FIRST } from '../../src/commands/table.ts'
import { MORE } from '../../src/commands/table-more.ts'
import { isGuardError } from '../../src/errors.ts'

const line = async (...argv: string[]) => {
  const { command, flags, args, rest } = await read(await pick(argv))
  return { command: command.name, flags, args, rest }
}

const refusal = async (...argv: string[]) => {
  const error = await read(await pick(argv)).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!isGuardError(error)) throw new Error(`no refusal for ${argv.join(' ')}`)
  return error.refusal
}

describe('which command a line names', () => {
  it('is deploy when none is named', async () => {
    expect(await line()).toMatchObject({ command: 'deploy', rest: [] })
    expect(await line('--dry-run')).toMatchObject({ command: 'deploy', flags: { 'dry-run': true } })
    expect(await line('--because', 'status')).toMatchObject({ command: 'deploy', flags: { because: 'status' } })
    expect(await line('--', '--remote-only')).toMatchObject({ command: 'deploy', rest: ['--remote-only'] })
  })

  it('is the word behind global flags', async () => {
    expect(await line('--app', 'web', '--json', 'status', '--live')).toMatchObject({
      command: 'status',
      flags: { app: 'web', json: true, live: true },
    })
    expect(await line('--app=status', 'history')).toMatchObject({ command: 'history', flags: { app: 'status' } })
  })

  it('may be two words', async () => {
    expect(await line('ledger', 'log', '--limit', '3')).toMatchObject({ command: 'ledger log', flags: { limit: '3' } })
    expect((await refusal('ledger', 'lgo')).why.join()).toContain('ledger log')
  })

  it('hands everything behind -- to fly, and to nothing else', async () => {
    expect(await line('deploy', '--json', '--', '--json', '--', 'x')).toMatchObject({ flags: { json: true }, rest: ['--json', '--', 'x'] })
    expect(await refusal('status', '--', 'x')).toMatchObject({ code: 'USAGE', exit: 64 })
  })
})

describe('flags', () => {
  it('take values in both spellings, several times where they may', async () => {
    expect(await line('deploy', '--accept', 'a:b=c=d', '--accept=e=f', '--plan', '1f', '--plan=2e')).toMatchObject({
      flags: { accept: ['a:b=c=d', 'e=f'], plan: '2e' },
    })
  })

  it('may stand alone where their value is optional', async () => {
    expect(await line('status', '--wait')).toMatchObject({ flags: { wait: true } })
    expect(await line('status', '--wait=5m')).toMatchObject({ flags: { wait: '5m' } })
    expect(await line('status', '--wait', '5m')).toMatchObject({ flags: { wait: '5m' } })
    expect(await line('status', '--wait', '--live')).toMatchObject({ flags: { wait: true, live: true } })
  })

  it('may hold anything as a value', async () => {
    expect(await line('ack', '--cause=--evil', '--next', "it's \n done")).toMatchObject({
      flags: { cause: '--evil', next: "it's \n done" },
    })
  })
})

describe('a line that is wrong', () => {
  it('names the nearest command and one that works', async () => {
    const { what, next } = await refusal('stauts')
    expect(what).toContain('stauts')
    expect(next.map((one) => one.argv.join(' '))).toEqual(['safe-deploy status', 'safe-deploy --help'])
  })

  it('names the nearest flag', async () => {
    expect(await refusal('plan', '--bse=1')).toMatchObject({ code: 'USAGE', why: ['probably meant: --base', expect.any(String)] })
    expect(await refusal('bad', '--becuase', 'x')).toMatchObject({ why: ['probably meant: --because'] })
  })

  it('says what a value is', async () => {
    expect(await refusal('rollback', '--to')).toMatchObject({ what: '--to takes a value: --to=ID|SHA|vN', next: [{ needs: ['--to'] }, {}] })
    expect((await refusal('status', '--live=yes')).what).toContain('--live')
  })

  it('says what is left over', async () => {
    expect((await refusal('history', 'a', 'b')).what).toContain('b')
    expect((await refusal('deploy', '--dry-run', 'deploy')).what).toContain('no arguments')
  })

  it('does not take a single dash for a word', async () => {
    await refusal('history', '-x')
  })
})

describe('the plain parser', () => {
  const WORDS = [
    '--json',
    '--app',
    '--app=web',
    'web',
    '--wait',
    '--wait=5m',
    '--live',
    '--because=a b',
    '--accept=x=y',
    '--accept',
    '-x',
    '--nope',
    '',
    '--no-input',
  ]

  it('agrees with the full one wherever it answers', () => {
    const answered = { plain: 0 }
    for (const command of COMMANDS.filter((one) => !one.unbuilt)) {
      for (const a of WORDS)
        for (const b of WORDS)
          for (const c of ['--json', 'web', '--accept=q=r']) {
            const words = [a, b, c]
            const plain = parsePlain(command, words)
            if (!plain) continue
            answered.plain += 1
            expect([command.name, words, parseHard(command, words)]).toEqual([command.name, words, plain])
          }
    }
    expect(answered.plain).toBeGreaterThan(500)
  })
})

test('the table that loads for seldom lines hides no word of the one that always loads', () => {
  const words = FIRST.map(({ name }) => name.split(' ')[0])
  expect(MORE.filter(({ name }) => words.includes(name.split(' ')[0]))).toEqual([])
})
