import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/commands/all-commands.ts'
import { commandHelp, mainHelp } from '../../src/commands/help.ts'
import { pick, read } from '../../src/commands/parse.ts'
import { CODES } from '../../src/errors.ts'

const whole = (): string => [mainHelp(), ...COMMANDS.filter((one) => !one.unbuilt).map(commandHelp)].join('\n====\n')

describe('help', () => {
  it('says what it has always said', async () => {
    await expect(whole()).toMatchFileSnapshot('golden/help.txt')
  })

  it('fits into 100 columns', () => {
    expect(
      whole()
        .split('\n')
        .filter((line) => line.length > 100),
    ).toEqual([])
  })

  it('names every command and every exit code', () => {
    for (const { name } of COMMANDS) expect(mainHelp()).toContain(name.split(' ')[0])
    for (const exit of Object.values(CODES)) if (exit !== 130) expect(mainHelp()).toMatch(new RegExp(`\\b${exit}\\b`))
  })

  it('is asked for in every way people try', async () => {
    for (const argv of [['--help'], ['-h'], ['help']]) expect(await pick(argv)).toMatchObject({ help: true, command: null })
    for (const argv of [
      ['ack', '--help'],
      ['ack', '-h'],
      ['help', 'ack'],
      ['--help', 'ack'],
    ])
      expect(await pick(argv)).toMatchObject({ help: true, command: { name: 'ack' } })
    expect(await pick(['help', 'nope'])).toMatchObject({ command: null, unknown: 'nope' })
    expect(await pick(['deploy', '--', '--help'])).toMatchObject({ help: false })
  })

  it('shows examples that the parser takes', async () => {
    for (const command of COMMANDS)
      for (const example of command.examples) {
        const words = [...example.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', '')).slice(1)
        expect([example, (await read(await pick(words))).command.name]).toEqual([example, command.name])
      }
  })
})
