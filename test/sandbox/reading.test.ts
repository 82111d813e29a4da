import { describe, expect, test } from 'vitest'
import { maskArgv } from '../../src/sandbox/calls.ts'
import { normalise } from '../../src/sandbox/config.ts'
import { readDockerfile, readProcfile, readStartScript } from '../../src/sandbox/dockerfile.ts'
import { durationMs } from '../../src/sandbox/duration.ts'
import { renderJson } from '../../src/sandbox/render.ts'
import { parseScenario } from '../../src/sandbox/scenario.ts'
import { splitWords } from '../../src/sandbox/words.ts'

describe('how an image starts', () => {
  test('the last CMD of the last stage, words or a line', () => {
    expect(readDockerfile('FROM a\nCMD ["x"]\nFROM b\n# no\nCMD ["node", "server.js"]\n').command).toEqual({ argv: ['node', 'server.js'] })
    expect(readDockerfile('FROM a\ncmd python \\\n  run.py --fast\n').command).toEqual({ shell: 'python    run.py --fast' })
  })

  test('an entrypoint stands in front of the command; a shell one stands alone', () => {
    expect(readDockerfile('FROM a\nENTRYPOINT ["tini", "--"]\nCMD ["node", "x.js"]').command).toEqual({
      argv: ['tini', '--', 'node', 'x.js'],
    })
    expect(readDockerfile('FROM a\nENTRYPOINT run it\nCMD ["x"]').command).toEqual({ shell: 'run it' })
    expect(readDockerfile('FROM a\n').command).toBeNull()
  })

  test('ENV in both forms', () => {
    expect(readDockerfile('FROM a\nENV A=1 B="two words"\nENV C three of them').env).toEqual({ A: '1', B: 'two words', C: 'three of them' })
  })

  test('start script and Procfile', () => {
    expect(readStartScript('{"scripts":{"start":"node ."}}')).toEqual({ shell: 'node .' })
    expect(readStartScript('{')).toBeNull()
    expect(readProcfile('worker: a\nweb: b c\n')).toEqual({ shell: 'b c' })
    expect(readProcfile('worker: a\n')).toEqual({ shell: 'a' })
    expect(readProcfile('')).toBeNull()
  })
})

describe('the config', () => {
  test('without processes there is one group, app, with the image command', () => {
    expect(normalise({ http_service: { internal_port: 3000 } })).toMatchObject({
      groups: { app: null },
      services: [{ internalPort: 3000, groups: ['app'] }],
    })
  })

  test('a service without a list belongs to app, else to the first group by name', () => {
    const service = (processes: Record<string, string>) => normalise({ processes, http_service: {} }).services[0]?.groups
    expect(service({ web: 'a', app: 'b' })).toEqual(['app'])
    expect(service({ web: 'a', cron: 'b' })).toEqual(['cron'])
  })

  test('a service that names a missing group makes it invalid', () => {
    expect(() => normalise({ processes: { web: 'x' }, http_service: { processes: ['wbe'] } })).toThrow('App configuration is not valid')
  })

  test('sizes', () => {
    expect(normalise({ vm: [{ memory: '1gb', size: 'shared-cpu-2x' }] }).vm).toEqual([
      { guest: { cpu_kind: 'shared', cpus: 2, memory_mb: 1024 }, groups: [] },
    ])
  })
})

test('durations are those of Go, or seconds', () => {
  expect(['5m0s', '13s', '15', 2, '1h30m', '250ms', 'none', ''].map(durationMs)).toEqual([
    300_000,
    13_000,
    15_000,
    2_000,
    5_400_000,
    250,
    null,
    null,
  ])
})

test('words are split as a shell quotes them', () => {
  expect(splitWords(`sh -c 'echo "a b"' x\\ y "q\\"r" ''`)).toEqual(['sh', '-c', 'echo "a b"', 'x y', 'q"r', ''])
})

test('the call log keeps names and drops values of secrets, env and tokens', () => {
  expect(maskArgv(['secrets', 'set', 'A=topsecret', '-a', 'demo'])).toEqual(['secrets', 'set', 'A=***', '-a', 'demo'])
  expect(maskArgv(['deploy', '-e', 'K=v', '--env=L=w', '-eM=x', '--build-secret', 'T=u', '-ttoken', '--label', 'a=b'])).toEqual([
    'deploy',
    '-e',
    'K=***',
    '--env=L=***',
    '-eM=***',
    '--build-secret',
    'T=***',
    '-t***',
    '--label',
    'a=b',
  ])
})

test('a scenario is a name, several names, or none; a wrong one is named', () => {
  expect(parseScenario('build-fail once\n')).toEqual({ names: ['build-fail'], once: true })
  expect(parseScenario('slow,unhealthy')).toEqual({ names: ['slow', 'unhealthy'], once: false })
  expect(parseScenario('none')).toEqual({ names: [], once: false })
  expect(() => parseScenario('explode')).toThrow('unknown scenario "explode"')
})

test('JSON is written as Go writes it', () => {
  expect(renderJson([{ a: '<&>' }])).toBe('[\n    {\n        "a": "\\u003c\\u0026\\u003e"\n    }\n]\n')
})
