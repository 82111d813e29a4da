import { describe, expect, test } from 'vitest'
import { openingOf } from '../../src/commands/run-opening.ts'

const opening = (line: string, flags: Record<string, string> = {}) => openingOf({ flags }, line.split(' '))

describe('which app a fly command is about', () => {
  test.each([
    ['secrets set A=b', null],
    ['secrets set A=b -a web', 'web'],
    ['-a web secrets set A=b', 'web'],
    ['secrets set --app=web A=b', 'web'],
    ['apps destroy web --yes', 'web'],
    ['apps restart', null],
    ['suspend web', 'web'],
    ['machine restart web', null],
  ])('%s: %s', (line, app) => {
    expect(opening(line)).toEqual({ rest: app ? ['-a', app] : [], flags: app ? { app } : {} })
  })

  test('the config that it names goes with it, and --app of ours decides which of several apps is opened', () => {
    expect(opening('secrets set A=b -c fly.web.toml').rest).toEqual(['-c', 'fly.web.toml'])
    expect(opening('secrets set A=b -a web-staging', { app: 'staging' })).toEqual({
      rest: ['-a', 'web-staging'],
      flags: { app: 'staging' },
    })
  })
})
