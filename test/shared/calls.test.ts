import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openTeam } from '../support/team.ts'

test('a healthy deploy costs one fetch and two pushes, a dry run apart; status costs one fetch', async () => {
  const team = await openTeam()
  const { house, a } = team
  try {
    a.change('two', 'Serve two')
    const plan = (await a.json(['plan'])).lines.find((line) => line.type === 'plan.made')?.digest
    const log = join(house.dir, 'git.log')
    const real = a.git('--exec-path').replace(/\/libexec.*|\/lib\/.*/, '/bin/git')
    writeFileSync(join(house.dir, 'bin', 'git'), `#!/bin/sh\necho "$*" >> ${log}\nexec ${real} "$@"\n`)
    chmodSync(join(house.dir, 'bin', 'git'), 0o755)
    /** What a run says to the remote. */
    const said = async (args: string[], code: number) => {
      writeFileSync(log, '')
      const told = await a.json(args)
      expect(told.code, told.out + told.err).toBe(code)
      const lines = readFileSync(log, 'utf8').split('\n')
      return lines.flatMap((line) => / (fetch|push|ls-remote) (?:.*(--dry-run))?/.exec(line)?.slice(1, 3).filter(Boolean).join(' ') ?? [])
    }
    expect(await said(['deploy', `--plan=${plan}`, '--because=serve two'], 0)).toEqual(['fetch', 'push --dry-run', 'push', 'push'])
    expect(await said(['status'], 0)).toEqual(['fetch'])
  } finally {
    await team.close()
  }
}, 300_000)
