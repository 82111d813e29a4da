import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CONFIG, lodge, SLOW } from '../e2e/halts.ts'
import type { House, Ran } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { TOKENS } from './credentials.ts'

/** What the drivers of the repository would print in place of what is encrypted. */
const PLAIN = 'plaintext-sentinel-4f1c77'
const BLOB = (n: number): string => `${Buffer.from(`sealed ${n}`).toString('base64')}--aGVsbG8=--d29ybGQ=`

/** Everything the guard keeps: its files as they are, and every object of the ledger in plain text. */
const kept = (house: House): [where: string, text: string][] => {
  const folder = join(house.root, '.git', 'safe-deploy')
  const git = (...args: string[]) =>
    execFileSync('git', ['--git-dir', join(folder, 'ledger.git'), ...args], { encoding: 'latin1', maxBuffer: 1 << 28 })
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  const oids = git('cat-file', '--batch-all-objects', '--batch-check=%(objectname)').trim().split('\n')
  return [
    ...files
      .filter((file) => statSync(file).isFile() && !file.includes('/objects/'))
      .map((file): [string, string] => [file, readFileSync(file, 'latin1')]),
    ...oids.map((oid): [string, string] => [`ledger object ${oid}`, git('cat-file', '-p', oid)]),
  ]
}

/** Everywhere that a change can be read, by people and by programs. */
const readings = async (house: House): Promise<[where: string, ran: Ran][]> => {
  const ways = [
    ['plan'],
    ['plan', '--json'],
    ['plan', '--base', 'HEAD^', '--head', 'HEAD'],
    ['plan', '--base', 'HEAD^', '--head', 'HEAD', '--json'],
    ['plan', '--all', '--json'],
    ['deploy'],
    ['deploy', '--json'],
  ]
  const ran: [string, Ran][] = []
  for (const args of ways) ran.push([args.join(' '), await house.sd(args)])
  return ran
}

describe('a repository whose git decrypts what it shows', () => {
  const house = lodge(() =>
    openHouse({
      config: CONFIG,
      files: {
        '.gitattributes': '*.enc diff=decrypt\n*.sealed diff=outside\n*.clean filter=clear\n',
        'config/credentials.yml.enc': BLOB(1),
        'config/b.sealed': 'sealed 1\n',
        'app.clean': 'sealed 1\n',
      },
      good: 'the first one',
    }),
  )
  const trace = (): string => join(house().dir, 'driver-ran')
  const driver = (): string => {
    const script = join(house().dir, 'decrypt.sh')
    writeFileSync(script, `#!/bin/sh\necho ran >> ${trace()}\necho ${PLAIN}; cat "$1"\n`, { mode: 0o755 })
    return script
  }

  test(
    'nothing of it is shown or kept: not by a plan, nor by a refused or a halted deploy',
    async () => {
      const script = driver()
      const { git } = house()
      for (const key of ['diff.decrypt.textconv', 'diff.outside.command', 'diff.external', 'interactive.diffFilter', 'core.pager'])
        git('config', key, script)
      git('config', 'diff.decrypt.cachetextconv', 'true')
      git('config', 'color.ui', 'always')
      house().write({ 'config/credentials.yml.enc': BLOB(2), 'config/b.sealed': 'sealed 2\n' })
      git('commit', '-q', '-a', '-m', 'Use Redis for jobs')
      expect(git('diff', 'HEAD^', 'HEAD'), 'git itself does print it').toContain(PLAIN)
      expect(git('show', '--no-ext-diff', 'HEAD'), 'git itself does print it').toContain(PLAIN)
      rmSync(trace())
      const shown = await readings(house())
      house().scenario('exit1-but-serving', 'once')
      const halted = await house().deploy('x', ['--accept=opaque-secrets-unstated=known'])
      for (const args of [['status', '--live'], ['history'], ['rollback']]) shown.push([args.join(' '), await house().sd(args)])
      for (const [where, { out, err }] of [...shown, ['deploy that fails', halted] as const]) expect(out + err, where).not.toContain(PLAIN)
      for (const [where, text] of kept(house())) expect(text.includes(PLAIN), where).toBe(false)
      expect(existsSync(trace()), 'no driver of the repository was run').toBe(false)
      expect(shown.find(([where]) => where.includes('--base'))?.[1].out).toContain('opaque-secrets-unstated')
      expect(halted.code, halted.out).toBe(20)
    },
    SLOW,
  )
})

describe('a change that holds credentials of every shape', () => {
  const house = lodge(() =>
    openHouse({ config: CONFIG, files: { '.env.production': 'A="encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt"\n' } }),
  )
  const values = Object.values(TOKENS).flatMap((token) => token.split('\n').slice(-1))

  test(
    'names each with its place, and shows none: neither the plan nor what is kept',
    async () => {
      const clear = 'cleartext-sentinel-of-a-dotenvx-key'
      house().write({
        'src/keys.js': Object.values(TOKENS).join('\n'),
        'docs/keys.md': Object.values(TOKENS).join('\n'),
        '.env.production': `A="${clear}"\nSESSION_SECRET=q8Jd02mVx7LkT4wZs9Bn3RyC\n`,
        'config/master.key': '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
      })
      house().git('add', '-A')
      house().git('commit', '-q', '-m', 'Add a page')
      const shown = await readings(house())
      for (const [where, { out, err }] of shown)
        for (const value of [...values, clear, 'q8Jd02mVx7LkT4wZs9Bn3RyC', '0a1b2c3d4e5f60718293a4b5c6d7e8f9'])
          expect((out + err).includes(value), `${where} shows ${value.slice(0, 12)}…`).toBe(false)
      const judged = shown.find(([where]) => where === 'plan --base HEAD^ --head HEAD --json')![1].out
      for (const id of Object.keys(TOKENS)) expect(judged, id).toContain(`src/keys.js ${id}`)
      expect(judged).toContain('secret-file-added')
      expect(judged).toContain('secret-decrypted')
    },
    SLOW,
  )
})
