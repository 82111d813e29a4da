import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readGh } from '../../src/agents/push/read-gh.ts'
import { readGlab } from '../../src/agents/push/read-glab.ts'
import { FLY, makePushHouse, ON_MAIN, type PushHouse, workflow } from './push-house.ts'

const BY_HAND = workflow('workflow_dispatch:', 'flyctl deploy')
const words = (line: string): string[] => line.split(' ')
const gh = (house: PushHouse, line: string, env = {}) => readGh(words(line), house.world(env)).verdict

/** A clone that knows its repository and default branch. */
const known = (files: Record<string, string>): PushHouse => {
  const house = makePushHouse(files)
  house.git('remote', 'set-url', 'origin', 'git@github.com:ada/everflow.git')
  house.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main')
  return house
}

describe('gh workflow run', () => {
  test('is named with its job', () => {
    expect(readGh(['workflow', 'run', 'fly.yml', '-f', 'reason=hot'], known({ [FLY]: BY_HAND }).world())).toEqual({
      verdict: 'deploy',
      way: 'workflow',
      command: 'gh workflow run fly.yml',
      through: [],
      because: 'the job deploy of .github/workflows/fly.yml deploys when it is run, without safe-deploy',
    })
  })

  test.each([
    'workflow run fly.yml',
    'workflow run Ship',
    'workflow run .github/workflows/fly.yml',
    'workflow run --ref main fly.yml',
    'workflow run fly.yml -R ada/everflow',
  ])('gh %s', (line) => {
    expect(gh(known({ [FLY]: BY_HAND }), line)).toBe('deploy')
  })

  test.each([
    'workflow run',
    'workflow run 12345',
    'workflow run other.yml',
    'workflow run fly.yml -R grace/other',
    'run rerun 1234',
    'run rerun --failed',
  ])('gh %s is anybody’s guess', (line) => {
    expect(gh(known({ [FLY]: BY_HAND }), line)).toBe('opaque')
  })

  test.each([
    'workflow list',
    'workflow view fly.yml',
    'workflow enable fly.yml',
    'run view 1',
    'run watch 1',
    'pr create --title x',
    'pr view',
    'pr checks',
    'issue list',
    'api user',
    'auth status',
    '',
  ])('and not gh %s', (line) => {
    expect(gh(known({ [FLY]: BY_HAND, '.github/workflows/main.yml': ON_MAIN }), line)).toBe('clear')
  })

  test('a workflow that deploys through safe-deploy, or nothing at all, is clear', () => {
    const house = known({
      [FLY]: workflow('workflow_dispatch:', 'npx safe-deploy rollback'),
      '.github/workflows/test.yml': workflow('workflow_dispatch:', 'npm test'),
    })
    for (const line of [
      'workflow run fly.yml',
      'workflow run test.yml',
      'workflow run 1',
      'run rerun 1',
      'pr merge 3 --admin',
      'release create v1',
    ])
      expect(gh(house, line), line).toBe('clear')
  })

  test('what it is handed decides', () => {
    const text = workflow('workflow_dispatch:\n  inputs:\n    live: { type: boolean, default: false }', 'flyctl deploy', 'if: inputs.live')
    expect(gh(known({ [FLY]: text }), 'workflow run fly.yml')).toBe('clear')
    expect(gh(known({ [FLY]: text }), 'workflow run fly.yml -f live=true')).toBe('deploy')
    const onMain = workflow('workflow_dispatch:', 'flyctl deploy', "if: github.ref == 'refs/heads/main'")
    expect(gh(known({ [FLY]: onMain }), 'workflow run fly.yml')).toBe('deploy')
    expect(gh(known({ [FLY]: onMain }), 'workflow run fly.yml --ref work')).toBe('clear')
  })
})

describe('gh api', () => {
  test.each([
    'api repos/ada/everflow/actions/workflows/fly.yml/dispatches -f ref=main',
    'api -X POST /repos/{owner}/{repo}/actions/workflows/fly.yml/dispatches -f ref=main',
    'api --method POST repos/:owner/:repo/actions/workflows/fly.yml/dispatches --input body.json',
    'api repos/ada/everflow/dispatches -f event_type=ship',
    'api https://api.github.com/repos/ada/everflow/dispatches --input -',
    'api repos/ada/everflow/merges -f base=main -f head=work',
    'api -X PATCH repos/ada/everflow/git/refs/heads/main -f sha=abc -F force=true',
    'api -X PUT repos/ada/everflow/contents/a.txt -f message=x -f content=y',
    'api -X POST repos/ada/everflow/actions/runs/1/pending_deployments --input x',
  ])('gh %s', (line) => {
    const files = {
      [FLY]: BY_HAND,
      '.github/workflows/main.yml': ON_MAIN,
      '.github/workflows/sent.yml': workflow('repository_dispatch:\n  types: [ship]', 'fly deploy'),
    }
    expect(gh(known(files), line)).toBe('deploy')
  })

  test.each([
    'api -X PUT repos/ada/everflow/pulls/3/merge',
    'api -X POST repos/ada/everflow/actions/runs/1/rerun',
    'api graphql -f query=mutation{mergePullRequest(x)}',
  ])('gh %s is anybody’s guess', (line) => {
    expect(gh(known({ [FLY]: ON_MAIN }), line)).toBe('opaque')
  })

  test.each([
    'api repos/ada/everflow/actions/workflows/fly.yml',
    'api repos/ada/everflow/actions/workflows/fly.yml/runs',
    'api repos/grace/other/dispatches -f event_type=ship',
    'api repos/ada/everflow/dispatches -f event_type=docs',
    'api repos/ada/everflow/pulls/3/merge',
    'api repos/ada/everflow/contents/a.txt?ref=main',
    'api -X PUT repos/ada/everflow/contents/a.txt -f branch=work -f message=x',
    'api repos/ada/everflow/git/refs -f ref=refs/heads/work -f sha=abc',
    'api repos/ada/everflow/issues -f title=dispatches',
    'api graphql -f query={viewer{login}}',
  ])('and not gh %s', (line) => {
    const files = {
      [FLY]: BY_HAND,
      '.github/workflows/main.yml': ON_MAIN,
      '.github/workflows/sent.yml': workflow('repository_dispatch:\n  types: [ship]', 'fly deploy'),
    }
    expect(gh(known(files), line)).toBe('clear')
  })
})

describe('merges and releases', () => {
  test('a merge into a branch that deploys is opaque, past review it is a deploy', () => {
    const house = known({ [FLY]: ON_MAIN })
    expect(gh(house, 'pr merge 3 --squash')).toBe('opaque')
    expect(gh(house, 'pr merge --auto')).toBe('opaque')
    expect(gh(house, 'pr merge 3 --admin')).toBe('deploy')
    expect(gh(house, 'pr merge --disable-auto 3')).toBe('clear')
    const elsewhere = known({ [FLY]: ON_MAIN.replace('main', 'live') })
    expect(gh(elsewhere, 'pr merge 3 --admin')).toBe('clear')
    const closed = known({ [FLY]: workflow('pull_request:\n  types: [closed]', 'fly deploy', 'if: github.event.pull_request.merged') })
    expect(gh(closed, 'pr merge 3')).toBe('opaque')
  })

  test('a release starts what hears releases, or its tag', () => {
    const house = known({ [FLY]: workflow('release:\n  types: [published]', 'flyctl deploy') })
    expect(gh(house, 'release create v1 --notes x')).toBe('deploy')
    expect(gh(house, 'release create v1 --draft')).toBe('clear')
    expect(gh(house, 'release edit v1 --draft=false')).toBe('deploy')
    expect(gh(house, 'release edit v1 --notes x')).toBe('clear')
    expect(gh(house, 'release view v1')).toBe('clear')
    expect(gh(known({ [FLY]: workflow("push:\n  tags: ['v*']", 'flyctl deploy') }), 'release create v1')).toBe('deploy')
    expect(gh(known({ [FLY]: ON_MAIN }), 'release create v1')).toBe('clear')
  })
})

test('glab starts what waits for a hand', () => {
  const house = makePushHouse({
    '.gitlab-ci.yml':
      'test:\n  script: npm test\nout:\n  script: flyctl deploy\n  when: manual\nlive:\n  script: flyctl deploy\n  only: [web]\nguarded:\n  script: safe-deploy deploy\n  when: manual\n',
  })
  const glab = (line: string) => readGlab(words(line), house.world()).verdict
  expect(glab('ci run -b main')).toBe('deploy')
  expect(glab('ci trigger out')).toBe('deploy')
  expect(glab('ci trigger guarded')).toBe('clear')
  expect(glab('ci trigger test')).toBe('clear')
  expect(glab('ci status')).toBe('clear')
  expect(glab('mr create')).toBe('clear')
  const onMain = makePushHouse({ '.gitlab-ci.yml': 'out:\n  script: flyctl deploy\n  only: [main]\n' })
  expect(readGlab(words('mr merge 3'), onMain.world()).verdict).toBe('opaque')
})

test('aliases of gh are followed', () => {
  const house = known({ [FLY]: BY_HAND })
  mkdirSync(join(house.home, '.config', 'gh'), { recursive: true })
  const aliases =
    'aliases:\n  ship: workflow run fly.yml\n  go: workflow run $1\n  out: "!fly deploy"\n  api: user\n  see: workflow view fly.yml\n'
  writeFileSync(join(house.home, '.config', 'gh', 'config.yml'), `git_protocol: ssh\n${aliases}`)
  expect(readGh(['ship', '-f', 'a=b'], house.world())).toMatchObject({ verdict: 'deploy', through: ['gh alias ship'] })
  expect(gh(house, 'go fly.yml')).toBe('deploy')
  expect(gh(house, 'out')).toBe('deploy')
  expect(gh(house, 'see')).toBe('clear')
  expect(gh(house, 'api repos/{owner}/{repo}/actions/workflows/fly.yml/dispatches -f ref=main')).toBe('deploy')
})

test('outside of a repository nothing is known', () => {
  const house = makePushHouse()
  mkdirSync(join(house.home, 'x'))
  writeFileSync(join(house.home, 'x', 'a'), '')
  expect(readGh(['workflow', 'run', 'fly.yml'], house.world({}, house.home)).verdict).toBe('clear')
})
