import { expect, test } from 'vitest'
import { readPush } from '../../src/agents/push/read-push.ts'
import type { World } from '../../src/agents/reading.ts'

/** A repository that is only text: what is tried here no git would make. */
const worldOf = (files: Readonly<Record<string, string>>): World => {
  const all: Readonly<Record<string, string>> = {
    '/r/.git/HEAD': 'ref: refs/heads/main\n',
    '/r/.git/config': '[remote "origin"]\n\turl = ../origin.git\n',
    ...files,
  }
  const names = (path: string): string[] => [
    ...new Set(Object.keys(all).flatMap((file) => (file.startsWith(`${path}/`) ? [file.slice(path.length + 1).split('/')[0]!] : []))),
  ]
  return { cwd: '/r', env: {}, read: (path) => all[path] ?? null, list: names }
}

const workflows = (count: number, text: (at: number) => string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`/r/.github/workflows/w${at}.yml`, text(at)]))

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)
const STEPS = 'on: push\njobs:\n  d:\n    steps:\n'

test.each<[string, Record<string, string>, string]>([
  [
    'workflows that all follow each other',
    workflows(
      100,
      (at) =>
        `name: n${at}\non:\n  push:\n  workflow_run:\n    workflows: [${range(100).map((one) => `n${one}`)}]\njobs:\n  a: { steps: [{ run: npm test }] }\n`,
    ),
    'clear',
  ],
  [
    'workflows that all call each other',
    workflows(
      40,
      () =>
        `on:\n  push:\n  workflow_call:\njobs:\n${range(30)
          .map((one) => `  a${one}:\n    uses: ./.github/workflows/w${one}.yml\n`)
          .join('')}`,
    ),
    'opaque',
  ],
  [
    'jobs that all need each other',
    workflows(
      1,
      () =>
        `on: push\njobs:\n${range(40)
          .map(
            (at) =>
              `  j${at}:\n    needs: [${range(40)
                .filter((one) => one !== at)
                .map((one) => `j${one}`)}]\n    steps: [{ run: npm test }]\n`,
          )
          .join('')}`,
    ),
    'clear',
  ],
  ['expressions that never end', workflows(1, () => `${STEPS}      - run: ${'${{'.repeat(50_000)}\n`), 'clear'],
  [
    'a condition of brackets',
    workflows(1, () => `on: push\njobs:\n  d:\n    if: ${'('.repeat(100_000)}\n    steps: [{ run: fly deploy }]\n`),
    'opaque',
  ],
  ['words without a deploy', workflows(1, () => `${STEPS}      - run: x ${'fly '.repeat(50_000)}\n`), 'clear'],
  [
    'jobs of GitLab that all extend each other',
    {
      '/r/.gitlab-ci.yml': range(30)
        .map(
          (at) =>
            `j${at}:\n  extends: [${range(30)
              .filter((one) => one !== at)
              .map((one) => `j${one}`)}]\n  script: npm test\n`,
        )
        .join(''),
    },
    'clear',
  ],
  [
    'names for lists of lists',
    {
      '/r/.gitlab-ci.yml': `${range(40)
        .map((at) => `.a${at}: &n${at} [${at ? `*n${at - 1}, *n${at - 1}` : 'x'}]\n`)
        .join('')}job:\n  script: *n39\n`,
    },
    'clear',
  ],
  [
    'commands of CircleCI that all call each other',
    {
      '/r/.circleci/config.yml': `commands:\n${range(30)
        .map((at) => `  c${at}:\n    steps: [${range(30).map((one) => `c${one}`)}]\n`)
        .join('')}jobs:\n  j: { steps: [c0] }\nworkflows:\n  w: { jobs: [j] }\n`,
    },
    'clear',
  ],
])('%s come to an end', (_name, files, verdict) => {
  expect(readPush(['push', 'origin', 'main'], worldOf(files)).verdict).toBe(verdict)
})

test('many branches and many workflows come to an end, and the one that deploys is found', () => {
  const refs = range(400).map((at) => `${'0'.repeat(40)} refs/heads/b${at}\n`)
  const files = workflows(
    50,
    (at) => `on: { push: { branches: [${at === 49 ? 'b399' : '"c*"'}] } }\njobs:\n  d:\n    steps:\n      - run: fly deploy\n`,
  )
  expect(readPush(['push', '--all'], worldOf({ ...files, '/r/.git/packed-refs': refs.join('') })).verdict).toBe('deploy')
  expect(
    readPush(
      ['push', '--all'],
      worldOf({
        ...files,
        '/r/.git/packed-refs': range(600)
          .map((at) => `${'0'.repeat(40)} refs/heads/a${at}\n`)
          .join(''),
      }),
    ).verdict,
  ).toBe('opaque')
})
