import { describe, expect, test } from 'vitest'
import { parseFlags, slice, value, values } from '../../src/sandbox/argv.ts'
import { DEPLOY, ROOT } from '../../src/sandbox/flags.ts'
import { findCommand } from '../../src/sandbox/tree.ts'

const flags = [...DEPLOY, ...ROOT]
const parse = (...argv: string[]) => parseFlags(argv, flags)

describe('finding the command', () => {
  test.each([
    [['deploy'], ['deploy'], []],
    [['-a', 'demo', 'deploy'], ['deploy'], ['-a', 'demo']],
    [
      ['--app', 'demo', 'machine', 'ls'],
      ['machine', 'list'],
      ['--app', 'demo'],
    ],
    [
      ['m', '-a', 'demo', 'list', '--json'],
      ['machine', 'list'],
      ['-a', 'demo', '--json'],
    ],
    [['--verbose', 'deploy', 'dir'], ['deploy'], ['--verbose', 'dir']],
    [['-t', 'deploy', 'releases'], ['releases'], ['-t', 'deploy']],
  ])('%j', (argv, path, rest) => {
    expect(findCommand(argv)).toMatchObject({ path, rest })
  })

  test('an unknown flag in front swallows the next word, so that no command is found', () => {
    expect(findCommand(['--detach', 'deploy']).leaf).toBeNull()
    expect(findCommand(['--detach=true', 'deploy']).leaf).not.toBeNull()
  })

  test('there is no matching by prefix', () => {
    expect(() => findCommand(['depl'])).toThrow('unknown command "depl" for "flyctl"')
    expect(() => findCommand(['machine', 'lis'])).toThrow('unknown command "lis" for "flyctl machine"')
  })
})

describe('flags', () => {
  test('stand before and after the arguments, in every form', () => {
    const parsed = parse('--strategy=rolling', 'dir', '-a', 'x', '-cfly.prod.toml', '--ha=false', '-y')
    expect(parsed.args).toEqual(['dir'])
    expect(Object.fromEntries(parsed.flags)).toEqual({
      strategy: ['rolling'],
      app: ['x'],
      config: ['fly.prod.toml'],
      ha: ['false'],
      yes: ['true'],
    })
  })

  test('the last of a single flag wins, lists gather', () => {
    const parsed = parse('-a', 'one', '--app=two', '--label', 'a=1', '--label', 'b=2', '--only-machines', 'm1,m2')
    expect(value(parsed, 'app')).toBe('two')
    expect(values(parsed, 'label')).toEqual(['a=1', 'b=2'])
    expect(slice(parsed, 'only-machines')).toEqual(['m1', 'm2'])
  })

  test('aliases have one name, and --depot takes no separate word', () => {
    const parsed = parse('--auto-confirm', '--only-regions', 'ams', '--depot', 'dir')
    expect(value(parsed, 'yes')).toBe('true')
    expect(slice(parsed, 'regions')).toEqual(['ams'])
    expect(parsed.args).toEqual(['dir'])
  })

  test('two dashes end them', () => {
    expect(parse('--', '--app').args).toEqual(['--app'])
  })

  test.each([
    [['--nope'], 'unknown flag: --nope'],
    [['-Z'], "unknown shorthand flag: 'Z' in -Z"],
    [['--json'], 'unknown flag: --json'],
    [['-a'], "flag needs an argument: 'a' in -a"],
    [['--app'], 'flag needs an argument: --app'],
    [['--ha=perhaps'], 'invalid argument "perhaps" for "--ha" flag: strconv.ParseBool: parsing "perhaps": invalid syntax'],
    [['--max-concurrent', 'x'], 'invalid argument "x" for "--max-concurrent" flag: strconv.ParseInt: parsing "x": invalid syntax'],
  ])('%j is refused in the words of pflag', (argv, message) => {
    expect(() => parse(...argv)).toThrow(message)
  })
})
