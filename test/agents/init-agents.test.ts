import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeRepoFiles } from '../../src/adapters/repo-files.ts'
import { initAgents } from '../../src/commands/init-agents.ts'
import { uninstall } from '../../src/commands/uninstall.ts'
import { makeRepo, tempFolder } from '../change/repo.ts'
import { run } from '../cli/run.ts'
import { fingerprint } from '../support/repo.ts'

const HOOKS = [
  '.claude/settings.json',
  '.cursor/hooks.json',
  '.codex/hooks.json',
  '.github/hooks/safe-deploy.json',
  '.gemini/settings.json',
  '.agents/hooks.json',
  '.windsurf/hooks.json',
  '.opencode/plugins/safe-deploy.ts',
]

/** A repository, and the built command in it. */
const start = (files: Record<string, string> = { 'README.md': 'hello\n' }) => {
  const repo = makeRepo(files)
  const sd = (args: string[], env: Record<string, string> = {}, cwd = repo.root) =>
    run(args, { cwd, env: { HOME: repo.root, GIT_CONFIG_NOSYSTEM: '1', ...env } })
  const seen = () => fingerprint(repo.root, ['.git'])
  const read = (path: string) => readFileSync(join(repo.root, path), 'utf8')
  return { repo, sd, seen, read }
}

/** What people have in such files, in every layout they have it in. */
const LIVED_IN = {
  'README.md': 'hello\n',
  'AGENTS.md': '# Ours\r\n\r\n- tabs\tand\r\n- no final newline',
  'CLAUDE.md': '# Claude\n\n    four spaces\n\n',
  '.claude/settings.json':
    '{\n\t"permissions": { "allow": ["Bash(npm test)"] },\n\t"hooks": {\n\t\t"PreToolUse": [\n\t\t\t{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "./mine" }] }\n\t\t]\n\t}\n}',
  '.cursor/hooks.json': '{\r\n    "version": 1,\r\n    "hooks": {\r\n        "stop": []\r\n    }\r\n}\r\n',
  '.codex/hooks.json': '{"hooks":{"PreToolUse":[],"Stop":[{"hooks":[{"type":"command","command":"./bell"}]}]}}',
  '.gemini/settings.json': '{ }\n',
  '.windsurf/hooks.json': '\uFEFF{\n  "hooks": {}\n}\n',
}

describe('init --agents', () => {
  test('writes every host’s hook without config, target or terminal; twice is no diff', async () => {
    const { repo, sd, seen, read } = start()
    const first = await sd(['init', '--agents=all'])
    expect(first).toMatchObject({ exit: 0, stderr: '' })
    expect(first.stdout).toContain('/hooks in it and trust the hook')
    for (const path of [...HOOKS, 'AGENTS.md', 'CLAUDE.md', '.claude/skills/safe-deploy/SKILL.md', '.safe-deploy/hook'])
      expect(first.stdout).toContain(`written   ${path}`)
    expect(read('CLAUDE.md').split('\n')).toContain('@AGENTS.md')
    expect(statSync(join(repo.root, '.safe-deploy/hook')).mode & 0o111).toBe(0o111)
    repo.commit('hooks')
    const before = seen()
    for (const args of [
      ['init', '--agents=all'],
      ['init', '--agents'],
      ['init', '--agents', '--check'],
    ]) {
      const again = await sd(args)
      expect(again.exit, args.join(' ')).toBe(0)
      expect(again.stdout).toContain('as it should be')
    }
    expect(seen()).toEqual(before)
    expect(repo.sh('status', '--porcelain')).toBe('')
  })

  test('takes the hosts that show, and Claude Code at the first time; of named ones only those', async () => {
    const shown = start({ 'README.md': 'x', '.cursor/rules/x.md': 'x', '.opencode/x': 'x' })
    await shown.sd(['init', '--agents'])
    expect(HOOKS.filter((path) => existsSync(join(shown.repo.root, path)))).toEqual([HOOKS[0], HOOKS[1], HOOKS[7]])
    const named = start()
    await named.sd(['init', '--agents=codex,gemini'])
    expect(HOOKS.filter((path) => existsSync(join(named.repo.root, path)))).toEqual([HOOKS[2], HOOKS[4]])
    expect(existsSync(join(named.repo.root, 'CLAUDE.md'))).toBe(false)
    expect(existsSync(join(named.repo.root, 'AGENTS.md'))).toBe(true)
    // Who chose is not chosen for again.
    expect((await named.sd(['init', '--agents', '--check'])).exit).toBe(0)
  })

  test('works from a folder further down, and says what git ignores', async () => {
    const { repo, sd } = start({ 'app/x.js': '1', '.gitignore': '.claude/\n' })
    const told = await sd(['init', '--agents=claude'], {}, join(repo.root, 'app'))
    expect(told.stdout).toContain('git ignores .claude/settings.json: it holds in this clone alone')
    expect(existsSync(join(repo.root, '.claude/settings.json'))).toBe(true)
    expect(existsSync(join(repo.root, 'app/.claude'))).toBe(false)
  })

  test('of a user’s own files nothing is lost, and uninstall gives every byte back', async () => {
    const { repo, sd, seen, read } = start(LIVED_IN)
    chmodSync(join(repo.root, 'AGENTS.md'), 0o600)
    const before = seen()
    expect((await sd(['init', '--agents=all'])).exit).toBe(0)
    expect((await sd(['init', '--agents', '--check'])).exit).toBe(0)
    expect(statSync(join(repo.root, 'AGENTS.md')).mode & 0o777).toBe(0o600)
    for (const path of ['README.md', 'AGENTS.md', 'CLAUDE.md'] as const) expect(read(path).startsWith(LIVED_IN[path]), path).toBe(true)
    for (const mine of ['./bell', 'PreToolUse']) expect(read('.codex/hooks.json')).toContain(mine)
    expect(JSON.parse(readFileSync(join(repo.root, '.claude/settings.json'), 'utf8')).hooks.PreToolUse[0].hooks[0].command).toBe('./mine')
    repo.commit('hooks')
    const told = await sd(['uninstall'])
    expect(told).toMatchObject({ exit: 0, stderr: '' })
    expect(seen()).toEqual(before)
    for (const folder of ['.agents', '.github', '.opencode', '.safe-deploy', '.claude/skills'])
      expect(existsSync(join(repo.root, folder)), folder).toBe(false)
    expect((await sd(['uninstall'])).stdout).toContain('Nothing of ours')
  })

  test('an uninstall without the record still takes out what is ours', async () => {
    const { repo, sd, seen, read } = start(LIVED_IN)
    const before = seen()
    await sd(['init', '--agents=all'])
    writeFileSync(join(repo.root, '.safe-deploy/installed.json'), '<<<<<<< HEAD\n')
    expect((await sd(['uninstall'])).exit).toBe(0)
    const after = seen()
    for (const path of ['AGENTS.md', 'CLAUDE.md', '.claude/settings.json', 'README.md']) expect(after[path], path).toBe(before[path])
    expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort())
    for (const path of Object.keys(after)) expect(read(path), path).not.toContain('safe-deploy')
  })

  test('a folder that was there with nothing in it stays, one with something of a user’s by now too', async () => {
    const { repo, sd } = start()
    mkdirSync(join(repo.root, '.cursor'))
    await sd(['init', '--agents=cursor,codex'])
    writeFileSync(join(repo.root, '.codex/config.toml'), 'model = "x"\n')
    await sd(['uninstall'])
    expect(existsSync(join(repo.root, '.cursor'))).toBe(true)
    expect(existsSync(join(repo.root, '.codex/config.toml'))).toBe(true)
  })

  test('a CLAUDE.md that reads AGENTS.md already is left alone', async () => {
    const { sd, read } = start({ 'AGENTS.md': '# Ours\n', 'CLAUDE.md': '# Mine\n\n@AGENTS.md\n' })
    await sd(['init', '--agents=claude'])
    expect(read('CLAUDE.md')).toBe('# Mine\n\n@AGENTS.md\n')
    expect(read('AGENTS.md')).toContain('BEGIN safe-deploy')
  })

  test.each([
    ['CLAUDE.md', 'AGENTS.md'],
    ['AGENTS.md', 'CLAUDE.md'],
  ])('where %s is a link to %s, the one text gets one block and the link stays', async (link, file) => {
    const { repo, sd, read } = start({ [file]: '# One text\n' })
    symlinkSync(file, join(repo.root, link))
    expect((await sd(['init', '--agents=claude'])).exit).toBe(0)
    expect(lstatSync(join(repo.root, link)).isSymbolicLink()).toBe(true)
    expect(read(file).match(/BEGIN safe-deploy/g)).toHaveLength(1)
    expect(read(file)).toContain('## Deployment discipline')
    expect((await sd(['init', '--agents', '--check'])).exit).toBe(0)
    await sd(['uninstall'])
    expect(read(file)).toBe('# One text\n')
  })
})

describe('init --agents refuses, and writes nothing', () => {
  const refused = async (files: Record<string, string>, says: string[], prepare: (root: string) => void = () => {}) => {
    const { repo, sd, seen } = start(files)
    prepare(repo.root)
    const before = seen()
    const told = await sd(['init', '--agents=all'])
    expect(told.exit).toBe(64)
    for (const one of says) expect(told.stdout).toContain(one)
    expect(told.stdout).toContain('AGENTS_DAMAGED')
    expect(seen()).toEqual(before)
    const checked = await sd(['init', '--agents=all', '--check'])
    expect(checked.exit).toBe(10)
    for (const one of says) expect(checked.stdout).toContain(one.split(':')[0])
    return { repo, sd }
  }

  test('several kinds of damage, all of them told at once', async () => {
    await refused(
      {
        'AGENTS.md': '# Ours\n<!-- BEGIN safe-deploy:000000000000 -->\nhalf\n',
        '.gemini/settings.json': '{\n  // a comment that must not be lost\n  "theme": "dark"\n}\n',
        '.claude/settings.json': '{"hooks": []}\n',
        '.claude/skills/safe-deploy/SKILL.md': 'mine\n',
      },
      [
        'AGENTS.md: line 2: BEGIN safe-deploy has no END',
        '.gemini/settings.json: line 2: a comment',
        '.claude/settings.json: hooks is a list',
        'SKILL.md: a file of somebody else',
      ],
    )
  })

  test('a link in the place of a file, or on the way to it: nothing outside is written', async () => {
    const outside = tempFolder()
    writeFileSync(join(outside, 'settings.json'), '{}\n')
    mkdirSync(join(outside, 'cursor'))
    await refused({ 'README.md': 'x' }, ['.claude/settings.json: it is a link to', '.cursor/hooks.json: .cursor is a link'], (root) => {
      mkdirSync(join(root, '.claude'))
      symlinkSync(join(outside, 'settings.json'), join(root, '.claude/settings.json'))
      symlinkSync(join(outside, 'cursor'), join(root, '.cursor'))
    })
    expect(readFileSync(join(outside, 'settings.json'), 'utf8')).toBe('{}\n')
    expect(existsSync(join(outside, 'cursor/hooks.json'))).toBe(false)
  })

  test('uninstall does not guess in a damaged file either', async () => {
    const { repo, sd, seen } = start()
    await sd(['init', '--agents=claude'])
    writeFileSync(join(repo.root, 'AGENTS.md'), '<!-- BEGIN safe-deploy -->\n')
    const before = seen()
    const told = await sd(['uninstall'])
    expect(told.exit).toBe(64)
    expect(told.stdout).toContain('AGENTS.md: line 1')
    expect(seen()).toEqual(before)
  })

  test.each([
    [['init', '--agents=cluade'], 'init --agents=claude'],
    [['init', '--agents='], 'known: claude, cursor'],
    [['init', '--check'], 'init --agents --check'],
  ])('a line that is wrong: %j', async (args, says) => {
    const { sd, seen } = start()
    const before = seen()
    const told = await sd(args)
    expect(told.exit).toBe(64)
    expect(told.stdout).toContain(says)
    expect(seen()).toEqual(before)
  })
})

describe('a disk that takes no more', () => {
  test('is told with the file, and what was changed before it is whole', async () => {
    const { repo } = start()
    const files = makeRepoFiles(repo.root)
    const full = (path: string) => Object.assign(new Error('no space'), { code: path.endsWith('settings.json') ? 'ENOSPC' : 'EIO' })
    const ctx = {
      files: {
        ...files,
        write: (path: string, text: string, executable: boolean) => {
          if (path.startsWith('.claude')) throw full(path)
          files.write(path, text, executable)
        },
      },
      questions: [],
      ignored: async () => [],
      agent: false,
      dryRun: false,
      emit: () => {},
    }
    const told = await initAgents(ctx, { hosts: ['claude'], check: false }).catch((error) => error.refusal)
    expect(told).toMatchObject({ code: 'AGENTS_UNWRITABLE', exit: 69, what: '.claude/settings.json could not be changed: ENOSPC.' })
    expect(told.why[0]).toContain('.safe-deploy/hook')
    expect(await initAgents({ ...ctx, files }, { hosts: ['claude'], check: false })).toBe(0)
    expect(await uninstall({ ...ctx, files })).toBe(0)
    expect(repo.sh('status', '--porcelain')).toBe('')
  })
})

describe('what is not as it should be', () => {
  test('--check names what is missing, outdated or changed and exits 10; init mends it; then --check is content', async () => {
    const { repo, sd, read } = start()
    await sd(['init', '--agents=all'])
    const whole = read('AGENTS.md')
    writeFileSync(join(repo.root, 'AGENTS.md'), whole.replace('STOP →', 'GO →'))
    rmSync(join(repo.root, '.cursor/hooks.json'))
    chmodSync(join(repo.root, '.safe-deploy/hook'), 0o644)
    writeFileSync(join(repo.root, '.codex/hooks.json'), read('.codex/hooks.json').replace('"timeout": 10', '"timeout": 1'))
    const told = await sd(['init', '--agents', '--check'])
    expect(told.exit).toBe(10)
    for (const one of [
      'AGENTS.md: outdated, the block was changed by hand',
      '.cursor/hooks.json: missing',
      'hook: outdated, it cannot be executed',
      '.codex/hooks.json: outdated',
    ])
      expect(told.stdout).toContain(one)
    expect(read('AGENTS.md')).not.toBe(whole)
    const data = await sd(['init', '--agents', '--check', '--json'])
    expect(JSON.stringify(data.stdout)).toContain('AGENTS_OUTDATED')
    expect((await sd(['init', '--agents'])).exit).toBe(0)
    expect(read('AGENTS.md')).toBe(whole)
    expect((await sd(['init', '--agents', '--check'])).exit).toBe(0)
  })

  test('--dry-run shows and writes nothing', async () => {
    const { sd, seen } = start()
    const before = seen()
    expect((await sd(['init', '--agents', '--dry-run'])).stdout).toContain('written   .claude/settings.json')
    expect(seen()).toEqual(before)
    await sd(['init', '--agents'])
    const installed = seen()
    expect((await sd(['uninstall', '--dry-run'])).stdout).toContain('removed   .claude/settings.json')
    expect(seen()).toEqual(installed)
  })

  test('an agent does not take its own hooks away, and is told who can', async () => {
    const { sd, seen } = start()
    await sd(['init', '--agents'])
    const before = seen()
    const told = await sd(['uninstall'], { CLAUDECODE: '1' })
    expect(told.exit).toBe(13)
    expect(told.stdout).toContain('NEEDS_PERSON')
    expect(seen()).toEqual(before)
    expect((await sd(['uninstall', '--dry-run'], { CLAUDECODE: '1' })).exit).toBe(0)
    expect((await sd(['uninstall'])).exit).toBe(0)
  })

  test('a record that leads outside takes nothing away there', async () => {
    const { repo, sd } = start()
    const outside = tempFolder()
    mkdirSync(join(outside, 'empty'))
    mkdirSync(join(repo.root, '.safe-deploy'))
    const record = {
      version: 1,
      hosts: ['claude', 'nobody'],
      created: ['README.md', '../x'],
      inserted: { 'README.md': ['hello'] },
      folders: [join(outside, 'empty'), '../..'],
    }
    writeFileSync(join(repo.root, '.safe-deploy/installed.json'), JSON.stringify(record))
    expect((await sd(['uninstall'])).exit).toBe(0)
    expect(existsSync(join(outside, 'empty'))).toBe(true)
    expect(readFileSync(join(repo.root, 'README.md'), 'utf8')).toBe('hello\n')
  })
})
