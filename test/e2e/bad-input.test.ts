import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { built } from '../support/built.ts'
import { userOwned } from '../support/repo.ts'
import { expectDeploy, expectRefusal, findings, nextOf, opened, SLOW, shell } from './refusals.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = 65_534

describe('no repository to deploy', () => {
  const house = opened({ deployed: false })
  const COMMANDS = ['deploy', 'plan', 'test', 'status', 'rollback', 'history', 'init']

  test(
    'outside of any repository',
    async () => {
      const cwd = join(house().dir, 'nowhere')
      mkdirSync(cwd)
      for (const command of COMMANDS) {
        const told = await expectRefusal(house(), [command], { code: 'NOT_A_REPOSITORY', exit: 64 }, { cwd })
        expect(nextOf(told)).toEqual(['git init'])
      }
    },
    SLOW,
  )

  test('inside of .git, and a bare repository: each says which it is', async () => {
    const inside = await house().json([], { cwd: join(house().root, '.git') })
    expect(inside.refusal).toMatchObject({ code: 'BARE_REPOSITORY', exit: 64 })
    expect(nextOf(inside)).toEqual([`cd ${house().root}`])
    const cwd = join(house().dir, 'bare.git')
    house().git('clone', '-q', '--bare', '.', cwd)
    for (const command of ['deploy', 'status'])
      expect(nextOf(await expectRefusal(house(), [command], { code: 'BARE_REPOSITORY', exit: 64 }, { cwd }))).toEqual([
        'git clone . ../work',
      ])
  })

  test(
    'no commit yet: nothing is read of it, and looking works',
    async () => {
      const cwd = join(house().dir, 'young')
      mkdirSync(cwd)
      writeFileSync(join(cwd, 'fly.toml'), 'app = "everflow"\n')
      execFileSync('git', ['init', '-q', cwd], { env: house().env })
      for (const command of ['deploy', 'plan', 'test'])
        expect(nextOf(await expectRefusal(house(), [command], { code: 'NO_COMMITS', exit: 64 }, { cwd }))).toEqual([
          'git add --all',
          'git commit -m First commit',
        ])
      expect((await house().sd(['status', '--exit-code'], { cwd })).code).toBe(69)
      await expectRefusal(house(), ['rollback'], { code: 'NOTHING_TO_GO_BACK_TO', exit: 12 }, { cwd })
    },
    SLOW,
  )

  test.runIf(isRoot)('one that belongs to another user', async () => {
    const cwd = join(house().dir, 'theirs')
    house().git('clone', '-q', '.', cwd)
    execFileSync('chown', ['-R', String(NOBODY), cwd])
    for (const command of ['deploy', 'status', 'rollback']) {
      const told = await expectRefusal(house(), [command], { code: 'NOT_A_REPOSITORY', exit: 64 }, { cwd })
      expect(told.refusal?.what).toContain('dubious ownership')
      expect(nextOf(told)).toEqual([`git config --global --add safe.directory ${cwd}`])
    }
  })
})

describe('repositories of every shape', () => {
  const house = opened()
  const clean = (): void => {
    house().git('reset', '-q', '--hard', 'main')
  }

  test(
    'a worktree is deployed from, and both share one ledger',
    async () => {
      const cwd = join(house().dir, 'tree')
      house().git('worktree', 'add', '-q', '-b', 'feature', cwd)
      writeFileSync(join(cwd, 'app.txt'), 'from a worktree\n')
      execFileSync('git', ['commit', '-q', '-am', 'Serve from a worktree'], { cwd, env: house().env })
      const main = userOwned(house())
      await expectDeploy(house(), { cwd })
      expect(userOwned(house())).toEqual(main)
      for (const where of [cwd, house().root]) expect((await house().sd(['status'], { cwd: where })).out).toContain('everflow: Ready.')
      house().git('worktree', 'remove', '--force', cwd)
      house().git('merge', '-q', '--ff-only', 'feature')
    },
    SLOW,
  )

  test(
    'a detached HEAD is deployed',
    async () => {
      house().git('checkout', '-q', '--detach')
      house().change('app.txt', 'detached\n', 'Serve from no branch')
      await expectDeploy(house())
      house().git('checkout', '-q', '-B', 'main')
    },
    SLOW,
  )

  test(
    'what is in the middle of a merge, rebase or cherry-pick is not deployed, and can be rolled back',
    async () => {
      house().git('checkout', '-q', '-b', 'theirs', 'HEAD~1')
      house().change('app.txt', 'theirs\n', 'Serve theirs')
      house().git('checkout', '-q', 'main')
      for (const [words, name] of [
        [['merge', 'theirs'], 'merge'],
        [['rebase', 'theirs'], 'rebase'],
        [['cherry-pick', 'theirs'], 'cherry-pick'],
      ] as const) {
        expect(() => house().git(...words)).toThrow()
        const told = await expectRefusal(house(), [], { code: 'MERGE_IN_PROGRESS', exit: 64 })
        expect(nextOf(told)).toEqual([`git ${name} --continue`, `git ${name} --abort`])
        if (name === 'merge') expect((await house().json(['rollback'])).code).toBe(0)
        house().git(name, '--abort')
      }
      clean()
    },
    SLOW,
  )

  test(
    'work in a submodule that no commit holds is asked about',
    async () => {
      const library = join(house().dir, 'library')
      mkdirSync(library)
      const git = (...args: string[]) => execFileSync('git', args, { cwd: library, env: house().env, stdio: 'pipe' })
      git('init', '-q')
      git('-c', 'user.name=Ada', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'Begin')
      house().git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'vendor/li brary')
      house().git('commit', '-q', '-m', 'Add a library')
      writeFileSync(join(house().root, 'vendor/li brary/new.txt'), 'not committed\n')
      const before = userOwned(house())
      const told = await house().json(['plan'])
      expect(findings(told)).toContain('ask submodule-dirty')
      expect(userOwned(house())).toEqual(before)
      rmSync(join(house().root, 'vendor/li brary/new.txt'))
      await expectDeploy(house())
    },
    SLOW,
  )

  test(
    'paths with spaces, quotes, newlines, no UTF-8, and what looks like a flag or a pattern',
    async () => {
      const { root } = house()
      mkdirSync(join(root, 'new\nline'))
      for (const name of ['a b', `q"u'o\`te$(touch x)`, 'new\nline/tab\t', '-rf', '--', ':(exclude)x', 'ünïcødé', 'esc\u001b[31mred'])
        writeFileSync(join(root, name), 'x\n')
      writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff, 0xfe])]), 'x\n')
      house().git('add', '-A')
      house().git('commit', '-q', '-m', 'Name things oddly \u001b[31m')
      rmSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff, 0xfe])]))
      house().git('commit', '-q', '-am', 'But one')
      const shown = await house().sd(['plan'])
      expect(shown.out).not.toContain('\u001b')
      const told = await expectDeploy(house())
      const read = told.lines.find((line) => line.type === 'change.read') as unknown as { files: { path: string }[] }
      expect(read.files.map(({ path }) => path)).toEqual(
        expect.arrayContaining(['a b', 'new\nline/tab\t', '-rf', ':(exclude)x', 'ünïcødé']),
      )
    },
    SLOW,
  )

  test(
    'a folder whose own name is odd',
    async () => {
      const cwd = join(house().dir, `ev er "fl'ow $(x)\nnew`)
      renameSync(house().root, cwd)
      try {
        expect((await house().sd(['status'], { cwd })).out).toContain('everflow: Ready.')
        writeFileSync(join(cwd, 'app.txt'), 'odd\n')
        await expectDeploy(house(), { cwd }, '--accept=dirty-candidate=a test')
        expect((await house().json(['rollback'], { cwd })).code).toBe(0)
      } finally {
        renameSync(cwd, house().root)
      }
      clean()
    },
    SLOW,
  )

  test('a folder whose name is no UTF-8 is named as the reason', async () => {
    const told = await shell(house(), 'd="../$(printf "ev\\377")"; mkdir "$d"; cd "$d" && git init -q && exec $SD status')
    expect(told.code).toBe(69)
    expect(told.out).toContain('GIT_MISSING')
    expect(told.out).toContain('no UTF-8')
  })
})

describe('surroundings', () => {
  const house = opened()
  const HOOKS = ['pre-commit', 'reference-transaction', 'post-index-change', 'pre-auto-gc', 'fsmonitor-watchman', 'post-checkout']
  const ODD: [name: string, value: string][] = [
    ['color.ui', 'always'],
    ['diff.external', '/bin/false'],
    ['diff.noprefix', 'true'],
    ['diff.orderFile', 'nowhere'],
    ['core.pager', 'false'],
    ['core.abbrev', '4'],
    ['core.splitIndex', 'true'],
    ['core.untrackedCache', 'true'],
    ['core.autocrlf', 'input'],
    ['commit.gpgsign', 'true'],
    ['gpg.program', '/bin/false'],
    ['status.showUntrackedFiles', 'no'],
    ['log.showSignature', 'true'],
    ['log.decorate', 'full'],
    ['format.pretty', 'oneline'],
    ['safe.bareRepository', 'explicit'],
    ['transfer.fsckObjects', 'true'],
    ['i18n.logOutputEncoding', 'latin1'],
    ['gc.auto', '1'],
    ['user.useConfigOnly', 'true'],
    ['trailer.separators', '%'],
    ['alias.rev-parse', '!false'],
  ]

  test(
    'no HOME and no git identity',
    async () => {
      const env = Object.fromEntries(Object.entries(house().env).filter(([name]) => name !== 'HOME'))
      for (const key of ['user.name', 'user.email']) house().git('config', '--unset', key)
      const before = userOwned(house())
      const line = `env -u HOME $SD plan --json | grep -o '"digest":"[0-9a-f]*"' | head -1 | cut -d'"' -f4`
      const digest = (await shell(house(), line, { env })).out.trim()
      const told = await shell(house(), `env -u HOME $SD deploy --plan=${digest} --because=x`, { env })
      expect(told.code, told.out + told.err).toBe(0)
      expect(house().ledgerState()?.core.good[0]?.by.name).toBeTruthy()
      expect(userOwned(house())).toEqual(before)
      house().git('config', 'user.name', 'Ada')
      house().git('config', 'user.email', 'ada@example.com')
    },
    SLOW,
  )

  test(
    'hooks, aliases and settings of the user change nothing, and no hook of theirs runs',
    async () => {
      const [hooks, ran] = [join(house().dir, 'hooks'), join(house().dir, 'hooked')]
      house().change('app.txt', 'two\n', 'Serve two')
      mkdirSync(hooks)
      for (const folder of [hooks, join(house().root, '.git', 'hooks')])
        for (const hook of HOOKS) writeFileSync(join(folder, hook), `#!/bin/sh\necho ${hook} >> '${ran}'\nexit 1\n`, { mode: 0o755 })
      for (const [name, value] of [
        ...ODD,
        ['core.hooksPath', hooks],
        ['init.templateDir', house().dir],
        ['core.fsmonitor', join(hooks, 'fsmonitor-watchman')],
      ] as const)
        house().git('config', name, value)
      rmSync(ran, { force: true })
      await expectDeploy(house())
      const env = { GIT_DIR: '/nowhere', GIT_INDEX_FILE: '/nowhere/index', GIT_WORK_TREE: '/tmp' }
      expect((await house().json(['rollback'], { env })).code).toBe(0)
      expect((await house().sd(['status'], { env })).out).toContain('everflow: Ready.')
      expect((await house().sd(['history'], { env })).out).toContain('deploy deployed')
      expect(existsSync(ran)).toBe(false)
    },
    SLOW,
  )

  test(
    'who closes stdout early changes nothing',
    async () => {
      for (const line of ['$SD --help | true', '$SD plan | head -1 >/dev/null', '$SD status >&-', '$SD plan >&- 2>&-']) {
        const ran = await shell(house(), line)
        expect([ran.code, ran.err], line).toEqual([0, ''])
      }
    },
    SLOW,
  )
})

describe.runIf(isRoot)('a .git that may not be written', () => {
  const house = opened()

  test(
    'nothing is deployed, and it is said who could change that',
    async () => {
      const { dir, root } = house()
      const program = built()
      chmodSync(program, 0o755)
      execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, dir])
      execFileSync('chmod', ['-R', 'a-w', join(root, '.git')])
      const before = userOwned(house())
      const deploys = house().deploys()
      const as = (words: string) => shell(house(), `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups $SD ${words}`)
      const told = await as('deploy')
      expect(told.code, told.out + told.err).toBe(64)
      expect(told.out).toContain('WORK_TREE_UNREADABLE')
      expect(told.out).toContain('nothing was deployed')
      expect(told.out).toContain(`whoever may write to ${join(root, '.git', 'safe-deploy')}`)
      expect((await as('freeze --for=1h --because=x')).out).toContain('LEDGER_NOT_WRITABLE')
      expect((await as('status')).code).toBe(0)
      expect((await as('doctor')).out).toMatch(/fail {2}ledger +cannot be written/)
      expect(house().deploys()).toBe(deploys)
      expect(userOwned(house())).toEqual(before)
    },
    SLOW,
  )
})
