import { describe, expect, test } from 'vitest'
import { readPush } from '../../src/agents/push/read-push.ts'
import { makePushHouse, type PushHouse } from './push-house.ts'

const push = (house: PushHouse, ...words: string[]) => readPush(['push', 'origin', ...words], house.world())
const verdicts = (house: PushHouse, ...branches: string[]) =>
  branches.map((branch) => `${branch} ${push(house, `HEAD:refs/heads/${branch}`).verdict}`)

describe('GitLab', () => {
  const house = (job: string, more = '') =>
    makePushHouse({
      '.gitlab-ci.yml': `stages: [test, out]\n${more}\ntest:\n  script: [npm test]\nout:\n  stage: out\n${job.replace(/^/gm, '  ')}\n`,
    })
  const SCRIPT = 'script:\n  - flyctl deploy'

  test.each([
    ['', ['main deploy', 'work deploy']],
    ['only: [main]', ['main deploy', 'work clear']],
    ['only:\n  refs: [/^release-.*$/]', ['release-1 deploy', 'main clear']],
    ['except: [main]', ['main clear', 'work deploy']],
    ['only: [tags]', ['main clear']],
    ['only: [merge_requests]', ['main clear']],
    ['when: manual\nonly: [main]', ['main clear']],
    ['rules:\n  - if: $CI_COMMIT_BRANCH == "main"', ['main deploy', 'work clear']],
    ['rules:\n  - if: \'$CI_COMMIT_BRANCH == "main"\'\n    when: manual', ['main clear']],
    ['rules:\n  - if: $CI_COMMIT_BRANCH == "main"\n    when: never\n  - when: on_success', ['main clear', 'work deploy']],
    ['rules:\n  - if: $CI_COMMIT_BRANCH =~ /^(main|dev)$/', ['main deploy', 'dev deploy', 'work clear']],
    ['rules:\n  - if: $CI_COMMIT_BRANCH && $CI_COMMIT_BRANCH !~ /^work/', ['main deploy', 'work-1 clear']],
    ['rules:\n  - if: $CI_COMMIT_TAG', ['main clear']],
    ['rules:\n  - if: $CI_PIPELINE_SOURCE == "merge_request_event"', ['main clear']],
    ['rules:\n  - if: $LIVE == "yes"', ['main opaque']],
    ['rules:\n  - if: $CI_COMMIT_BRANCH == "main"\n    changes: [web/**]', ['main deploy', 'work clear']],
  ])('%s', (more, expected) => {
    expect(verdicts(house(`${SCRIPT}\n${more}`), ...expected.map((line) => line.split(' ')[0]!))).toEqual(expected)
  })

  test('templates, references, anchors and files of its own are followed', () => {
    const out = (files: Record<string, string>) => verdicts(makePushHouse(files), 'main')[0]
    expect(out({ '.gitlab-ci.yml': '.fly:\n  script: [flyctl deploy]\nout:\n  extends: .fly\n' })).toBe('main deploy')
    expect(out({ '.gitlab-ci.yml': '.fly: &fly\n  script: [flyctl deploy]\nout:\n  <<: *fly\n' })).toBe('main deploy')
    expect(out({ '.gitlab-ci.yml': '.fly:\n  script: [flyctl deploy]\nout:\n  script:\n    - !reference [.fly, script]\n' })).toBe(
      'main deploy',
    )
    expect(out({ '.gitlab-ci.yml': 'include:\n  - local: /ci/out.yml\n', 'ci/out.yml': 'out:\n  script: fly deploy\n' })).toBe(
      'main deploy',
    )
    expect(out({ '.gitlab-ci.yml': '.fly:\n  script: [flyctl deploy]\nout:\n  script: npm test\n' })).toBe('main clear')
    expect(out({ '.gitlab-ci.yml': 'include:\n  - project: ops/ci\n    file: /fly-deploy.yml\n' })).toBe('main opaque')
    expect(out({ '.gitlab-ci.yml': 'include:\n  - template: Security/SAST.gitlab-ci.yml\n' })).toBe('main clear')
    expect(out({ '.gitlab-ci.yml': 'a:\n  extends: b\n  script: x\nb:\n  extends: a\n' })).toBe('main clear')
    expect(out({ '.gitlab-ci.yml': 'out:\n\tscript: flyctl deploy\n' })).toBe('main opaque')
  })

  test('a workflow that lets nothing through, and one that does', () => {
    const gate = 'workflow:\n  rules:\n    - if: $CI_COMMIT_BRANCH == "main"\n'
    expect(verdicts(house(SCRIPT, gate), 'main', 'work')).toEqual(['main deploy', 'work clear'])
  })

  test('a job that deploys through safe-deploy is clear, and so is a push that says to skip', () => {
    expect(verdicts(house('script: npx safe-deploy deploy'), 'main')).toEqual(['main clear'])
    const own = house(SCRIPT)
    own.git('remote', 'set-url', 'origin', 'git@gitlab.com:ada/everflow.git')
    expect(push(own, 'main').verdict).toBe('deploy')
    expect(push(own, '-o', 'ci.skip', 'main').verdict).toBe('clear')
    own.git('remote', 'set-url', 'origin', 'git@github.com:ada/everflow.git')
    expect(push(own, 'main').verdict).toBe('clear')
  })
})

describe('CircleCI', () => {
  const house = (jobs: string, steps = '- run: flyctl deploy') =>
    makePushHouse({
      '.circleci/config.yml': `version: 2.1
commands:
  ship:
    parameters: { args: { type: string, default: status } }
    steps:
      - run:
          name: Ship
          command: flyctl << parameters.args >>
jobs:
  test: { steps: [checkout, run: npm test] }
  out:
    docker: [{ image: cimg/base:current }]
    steps:
      - checkout
      ${steps}
workflows:
  all:
    jobs:
${jobs.replace(/^/gm, '      ')}
`,
    })

  test.each([
    ['- out', ['main deploy', 'work deploy']],
    ['- test', ['main clear']],
    ['- out:\n    filters: { branches: { only: main } }', ['main deploy', 'work clear']],
    ['- out:\n    filters:\n      branches:\n        only: /release-.*/', ['release-1 deploy', 'main clear']],
    ['- out:\n    filters:\n      branches:\n        ignore: [main]', ['main clear', 'work deploy']],
    ['- out:\n    requires: [test]', ['main deploy']],
    ['- hold: { type: approval }\n- out:\n    requires: [hold]', ['main clear']],
  ])('%s', (jobs, expected) => {
    expect(verdicts(house(jobs), ...expected.map((line) => line.split(' ')[0]!))).toEqual(expected)
  })

  test('orbs of fly cannot be read; others do not matter', () => {
    const orbs = (jobs: string) =>
      makePushHouse({
        '.circleci/config.yml': `orbs: { f: superfly/fly@1, node: circleci/node@5 }\nworkflows:\n  w:\n    jobs: [${jobs}]\n`,
      })
    expect(verdicts(orbs('f/deploy'), 'main')).toEqual(['main opaque'])
    expect(verdicts(orbs('node/deploy'), 'main')).toEqual(['main clear'])
    expect(verdicts(house('- out', '- fly/deploy'), 'main')).toEqual(['main opaque'])
  })

  test('own commands are followed with what they are handed; tags need a filter', () => {
    expect(verdicts(house('- out', '- ship: { args: deploy --now }'), 'main')).toEqual(['main deploy'])
    expect(verdicts(house('- out', '- ship'), 'main')).toEqual(['main clear'])
    expect(verdicts(house('- out', '- run: npx safe-deploy deploy'), 'main')).toEqual(['main clear'])
    expect(push(house('- out'), 'tag', 'v1').verdict).toBe('clear')
    expect(push(house('- out:\n    filters: { tags: { only: /^v.*/ } }'), 'tag', 'v1').verdict).toBe('deploy')
  })
})

describe('Buildkite', () => {
  const house = (steps: string) => makePushHouse({ '.buildkite/pipeline.yml': `steps:\n${steps.replace(/^/gm, '  ')}\n` })

  test.each([
    ['- command: flyctl deploy', ['main deploy', 'work deploy']],
    ['- command: flyctl deploy\n  branches: main release/*', ['main deploy', 'release/1 deploy', 'work clear']],
    ['- command: flyctl deploy\n  branches: "!main"', ['main clear', 'work deploy']],
    ['- label: out\n  if: build.branch == "main"\n  commands: [npm ci, flyctl deploy]', ['main deploy', 'work clear']],
    ['- command: npm test\n- wait\n- command: flyctl deploy', ['main deploy']],
    ['- block: Ship?\n- command: flyctl deploy', ['main clear']],
    ['- command: npx safe-deploy deploy', ['main clear']],
  ])('%s', (steps, expected) => {
    expect(verdicts(house(steps), ...expected.map((line) => line.split(' ')[0]!))).toEqual(expected)
  })
})
