import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readPush } from '../../src/agents/push/read-push.ts'
import { FLY, makePushHouse, ON_MAIN, type PushHouse, workflow } from './push-house.ts'

const words = (line: string): string[] => line.split(' ').filter(Boolean)
const verdict = (house: PushHouse, line: string, env = {}, cwd = house.root) => readPush(words(line), house.world(env, cwd)).verdict

describe('a push that deploys', () => {
  test('is named with its job, its branch and its command', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    expect(readPush(['push', 'origin', 'HEAD:main'], house.world())).toEqual({
      verdict: 'deploy',
      way: 'push',
      command: 'git push origin HEAD:main',
      through: [],
      because: 'the job deploy of .github/workflows/fly.yml deploys what is pushed to main, without safe-deploy',
    })
  })

  test.each([
    'push origin main',
    'push origin +main',
    'push -f origin main',
    'push --force-with-lease origin HEAD:main',
    'push origin feature:main',
    'push origin feature:refs/heads/main',
    'push origin HEAD~1:main',
    'push origin heads/main',
    'push origin feature main',
    'push --all',
    'push --branches origin',
    'push --mirror origin',
    'push origin :',
    'push origin refs/heads/*:refs/heads/*',
    'push origin refs/heads/mai*',
    'push -u origin main',
    'push -fu origin main',
    'push -o ci.skip origin main',
    'push --repo=origin --all',
    'push --no-dry-run origin main',
    'push --dry-run --no-dry-run origin main',
    'push -- origin main',
    '-c push.default=matching push',
    '-C . push origin main',
    '--no-pager -c color.ui=always push origin main',
    '-c alias.ship=push ship origin main',
    'send-pack origin main',
    'subtree push --prefix=web origin main',
    '-c remote.origin.push=HEAD:main push',
    '-c remote.origin.push=refs/heads/feature:refs/heads/main push origin feature',
  ])('git %s', (line) => {
    expect(verdict(makePushHouse({ [FLY]: ON_MAIN }), line)).toBe('deploy')
  })

  test.each([
    'push',
    'push origin',
    'push origin feature',
    'push origin HEAD',
    'push -u origin HEAD',
    'push origin main:feature',
    'push origin main:refs/for/main',
    'push --dry-run origin main',
    'push -n origin main',
    'push -fn origin main',
    'push --dry origin main',
    'push --help',
    'push origin --delete main',
    'push -d origin main',
    'push origin :main',
    'push --tags',
    'push origin v1.0.0',
    'push origin tag v1.0.0',
    'push --follow-tags origin feature',
    '-c push.default=nothing push',
    'push https://git.heroku.com/everflow.git main',
    'push https://gitlab.com/ada/everflow.git main',
    'push origin mainly',
    'push . HEAD:main',
    'pull origin main',
    'fetch origin main:main',
    'stash push main',
    'log --grep push origin main',
    'commit -m push',
    'status',
    '',
  ])('and not git %s', (line) => {
    expect(verdict(makePushHouse({ [FLY]: ON_MAIN }), line)).toBe('clear')
  })
})

describe('a push that names nothing', () => {
  test('on main goes to main', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    house.git('checkout', '-q', 'main')
    expect(verdict(house, 'push')).toBe('deploy')
    expect(verdict(house, 'push origin')).toBe('deploy')
    expect(verdict(house, 'push origin HEAD')).toBe('deploy')
    expect(verdict(house, 'push origin @')).toBe('deploy')
  })

  test('goes where push.default sends it', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    house.git('branch', '-q', '--set-upstream-to', 'origin/main')
    expect(verdict(house, 'push')).toBe('clear')
    house.git('config', 'push.default', 'upstream')
    expect(verdict(house, 'push')).toBe('deploy')
    expect(verdict(house, 'push origin feature')).toBe('deploy')
    house.git('config', 'push.default', 'current')
    expect(verdict(house, 'push')).toBe('clear')
    house.git('config', 'push.default', 'matching')
    expect(verdict(house, 'push')).toBe('deploy')
  })

  test('goes to the remote that the branch names', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    house.git('checkout', '-q', 'main')
    house.git('remote', 'add', 'heroku', 'https://git.heroku.com/everflow.git')
    house.git('config', 'branch.main.pushRemote', 'heroku')
    expect(verdict(house, 'push')).toBe('clear')
    expect(verdict(house, 'push origin')).toBe('deploy')
    house.git('config', '--unset', 'branch.main.pushRemote')
    house.git('config', 'remote.pushDefault', 'heroku')
    expect(verdict(house, 'push')).toBe('clear')
  })

  test('with no branch checked out goes nowhere', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    house.git('checkout', '-q', '--detach')
    expect(verdict(house, 'push')).toBe('clear')
    expect(verdict(house, 'push origin HEAD')).toBe('clear')
    expect(verdict(house, 'push origin HEAD:main')).toBe('deploy')
  })

  test('is opaque where nobody can tell the branch', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    writeFileSync(join(house.root, '.git', 'HEAD'), 'ref: refs/heads/.invalid\n')
    expect(verdict(house, 'push')).toBe('opaque')
    expect(verdict(house, 'push origin feature')).toBe('clear')
  })
})

describe('where the repository is', () => {
  test('from a folder below', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN, 'web/index.html': '' })
    expect(verdict(house, 'push origin main', {}, join(house.root, 'web'))).toBe('deploy')
  })

  test('from a folder beside, with -C, --git-dir or GIT_DIR', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    expect(verdict(house, 'push origin main', {}, house.home)).toBe('clear')
    expect(verdict(house, '-C ../app push origin main', {}, house.home)).toBe('deploy')
    const dirs = `--git-dir ${house.root}/.git --work-tree=${house.root}`
    expect(verdict(house, `${dirs} push origin main`, {}, house.home)).toBe('deploy')
    expect(verdict(house, 'push origin main', { GIT_DIR: `${house.root}/.git`, GIT_WORK_TREE: house.root }, house.home)).toBe('deploy')
  })

  test('in a second work tree, with its own branch', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    house.git('worktree', 'add', '-q', '../other', 'main')
    const other = join(house.root, '..', 'other')
    expect(verdict(house, 'push', {}, other)).toBe('deploy')
    expect(verdict(house, 'push')).toBe('clear')
    expect(verdict(house, 'push origin HEAD', {}, other)).toBe('deploy')
  })

  test('with its refs packed', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    house.git('pack-refs', '--all')
    expect(verdict(house, 'push --all')).toBe('deploy')
    expect(verdict(house, 'push origin main')).toBe('deploy')
  })
})

describe('aliases', () => {
  test('of git, in any file, of other aliases, and with words after them', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    house.git('config', 'alias.p', 'push origin')
    house.git('config', '--global', 'alias.ship', '!git push origin HEAD:main')
    house.git('config', '--global', 'alias.up', 'p "main"')
    house.git('config', 'alias.loop', 'loop')
    expect(verdict(house, 'p main')).toBe('deploy')
    expect(readPush(['up'], house.world())).toMatchObject({ verdict: 'deploy', command: 'git push origin main', through: ['git alias up'] })
    expect(verdict(house, 'p')).toBe('clear')
    expect(verdict(house, 'loop')).toBe('clear')
  })

  test('that are a shell line', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    house.git('config', '--global', 'alias.out', '!fly deploy --now')
    house.git('config', 'alias.tell', '!echo fly deploy')
    expect(readPush(['out'], house.world())).toMatchObject({ verdict: 'deploy', way: 'fly', through: ['git alias out'] })
    expect(verdict(house, 'tell')).toBe('clear')
    expect(readPush(['-c', 'alias.x=!flyctl deploy', 'x'], house.world()).verdict).toBe('deploy')
    expect(readPush(['-c', 'alias.push=!flyctl deploy', 'push'], house.world()).verdict).toBe('clear')
  })

  test('are read from included files', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    mkdirSync(join(house.home, 'more'))
    writeFileSync(join(house.home, 'more', 'git'), '[alias]\n\tgo = push origin HEAD:main # away\n')
    house.git('config', '--global', 'include.path', '~/more/git')
    expect(verdict(house, 'go')).toBe('deploy')
  })

  test('and other lines that git hands to a shell', () => {
    const house = makePushHouse({ [FLY]: ON_MAIN })
    expect(readPush(['rebase', '-x', 'fly deploy', 'main'], house.world()).verdict).toBe('deploy')
    expect(readPush(['bisect', 'run', 'fly', 'deploy'], house.world()).verdict).toBe('deploy')
    expect(readPush(['submodule', 'foreach', 'fly deploy'], house.world()).verdict).toBe('deploy')
    expect(verdict(house, 'fetch', { GIT_SSH_COMMAND: 'fly deploy;:' })).toBe('deploy')
    expect(readPush(['-c', 'core.sshCommand=fly deploy', 'fetch'], house.world()).verdict).toBe('deploy')
    expect(readPush(['rebase', '-x', 'npm test', 'main'], house.world()).verdict).toBe('clear')
    expect(verdict(house, 'fetch', { GIT_SSH_COMMAND: 'ssh -i key' })).toBe('clear')
  })
})

test('a hook that deploys before every push is found, unless it is passed over', () => {
  const house = makePushHouse()
  const hook = (text: string): void => writeFileSync(join(house.root, '.git', 'hooks', 'pre-push'), `#!/bin/sh\n${text}\n`)
  mkdirSync(join(house.root, '.git', 'hooks'), { recursive: true })
  hook('flyctl deploy')
  expect(readPush(['push'], house.world())).toMatchObject({ verdict: 'deploy', way: 'fly', through: ['git hook pre-push'] })
  expect(verdict(house, 'push --no-verify')).toBe('clear')
  expect(verdict(house, 'fetch')).toBe('clear')
  hook('npm test # then fly deploy')
  expect(verdict(house, 'push')).toBe('clear')
  house.write({ '.husky/pre-push': 'fly deploy\n' })
  house.git('config', 'core.hooksPath', '.husky')
  expect(verdict(house, 'push')).toBe('deploy')
})

test('branches that cannot be listed make a push of all opaque', () => {
  const house = makePushHouse({ [FLY]: ON_MAIN.replace('main', 'live') })
  expect(verdict(house, 'push --all')).toBe('clear')
  writeFileSync(join(house.root, '.git', 'packed-refs'), `${'0'.repeat(40)} refs/heads/some\n`.repeat(5_000))
  expect(verdict(house, 'push --all')).toBe('opaque')
  expect(verdict(house, 'push')).toBe('clear')
})

test('a secret in an address is left out of what is shown', () => {
  const house = makePushHouse({ [FLY]: ON_MAIN })
  const address = `https://ada:${'s3'}cret@github.com/ada/everflow.git`
  const { command, verdict } = readPush(['push', address, 'main'], house.world())
  expect(verdict).toBe('deploy')
  expect(command).toBe('git push https://github.com/ada/everflow.git main')
})

test('tags count where a workflow hears them', () => {
  const house = makePushHouse({ [FLY]: workflow("push:\n  tags: ['v*']", 'fly deploy') })
  house.git('tag', 'v1.0.0')
  house.git('tag', 'nightly')
  for (const line of [
    'push --tags',
    'push origin v1.0.0',
    'push origin tag v1.0.0',
    'push origin refs/tags/v1.0.0',
    'push --follow-tags',
    'push origin v2.0',
  ])
    expect(verdict(house, line), line).toBe('deploy')
  for (const line of ['push origin nightly', 'push origin main', 'push', 'push --all', 'push origin :v1.0.0', 'push --tags -n'])
    expect(verdict(house, line), line).toBe('clear')
  house.git('config', 'push.followTags', 'true')
  expect(verdict(house, 'push')).toBe('opaque')
  expect(verdict(house, 'push --no-follow-tags')).toBe('clear')
})
