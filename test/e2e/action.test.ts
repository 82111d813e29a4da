import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { action, type Given, type JobEnd, runAction } from '../support/action.ts'
import { built } from '../support/built.ts'
import { commandsIn } from '../support/github-runner.ts'
import { type Clone, openTeam, type Team } from '../support/team.ts'

const SLOW = 300_000

/** A checkout as a job has it, and its step that runs the action. */
const jobOf = (team: Team, clone: Clone, n = { jobs: 0 }) => {
  const env = { ...team.house.env, FLY_API_TOKEN: 'for the pocket fly, which asks for none' }
  return (given: Partial<Given> = {}): Promise<JobEnd> => {
    n.jobs += 1
    return runAction({ env, workspace: clone.root, path: built(), temporary: join(clone.root, '..', `runner-${n.jobs}`), ...given })
  }
}

/** A person's change on the deploy branch, and the checkout that a job makes of it. */
const merged = (team: Team, text: string, message: string, name: string): Clone => {
  team.a.change(text, message)
  return team.clone(name, ['--depth=1'])
}

describe('the action', () => {
  const at: { team?: Team } = {}
  const team = (): Team => at.team as Team
  beforeAll(async () => {
    at.team = await openTeam()
  }, SLOW)
  afterAll(() => at.team?.close())
  const deploys = () => team().house.deploys()

  test(
    'deploys what was merged, refuses while that failed, and goes back: log, summary, outputs and exit codes say so',
    async () => {
      const good = await jobOf(team(), merged(team(), 'two', 'Serve two', 'job-a'))({ inputs: { args: '--\n--remote-only\n' } })
      expect(good.exit, good.log).toBe(0)
      expect(good.outputs).toMatchObject({ outcome: 'deployed', code: '', release: 'v3', halt: '', halted: 'false' })
      expect(
        team()
          .house.calls()
          .findLast(([word]) => word === 'deploy'),
      ).toContain('--remote-only')
      expect(good.outputs.url).toMatch(/^https?:\/\//)
      expect(good.log).toMatch(/LIVE +v3 \(\w{12}\), verified by a probe/)
      expect(good.summary).toMatch(/^## safe-deploy deploy everflow: deployed\n\n- Serves now: v3 /)
      expect(commandsIn(good.log).map(({ name }) => name)).toEqual(['group', 'endgroup'])

      team().house.scenario('exit1-but-serving', 'once')
      const job = jobOf(team(), merged(team(), 'three', 'Serve three', 'job-b'))
      const bad = await job()
      expect(bad.exit, bad.log).toBe(20)
      const halt = team().ledger()?.core.halt?.id
      expect(halt).toMatch(/^[0-9a-f]+$/)
      expect(bad.outputs).toMatchObject({ outcome: 'serving-despite-exit', code: 'DEPLOY_FAILED', halt, halted: 'true' })
      expect(bad.summary).toContain('HALTED, serving&#45;despite&#45;exit')
      expect(bad.summary).toContain('safe-deploy rollback   # back to the last known good')
      expect(commandsIn(bad.log)).toContainEqual(
        expect.objectContaining({ name: 'error', properties: { title: 'safe-deploy everflow: HALTED, serving-despite-exit' } }),
      )

      const after = deploys()
      const refused = await job()
      expect(refused.exit, refused.log).toBe(12)
      expect(refused.outputs).toMatchObject({ outcome: 'refused', code: 'HALTED', halt, halted: 'true', release: '', deploy: '' })
      expect(deploys()).toBe(after)
      const gate = await job({ inputs: { command: 'gate' } })
      expect(gate.exit, gate.log).toBe(0)
      expect(gate.outputs).toMatchObject({ deploy: 'false', halt, halted: 'true' })
      expect(commandsIn(gate.log).map(({ name, text }) => [name, text.split('\n')[0]])).toEqual([
        ['warning', expect.stringContaining('Halted: fly exited 1')],
      ])
      expect(gate.summary).toContain('**Ways out**')

      const back = await job({ inputs: { command: 'rollback', because: 'orders fail' }, github: { event_name: 'workflow_dispatch' } })
      expect(back.exit, back.log).toBe(0)
      expect(back.outputs).toMatchObject({ outcome: 'deployed', halt: '', halted: 'false' })
      const open = await job({ inputs: { command: 'gate' } })
      expect([open.exit, open.outputs.deploy, open.outputs.halted]).toEqual([0, 'true', 'false'])
      expect(team().ledger()?.core).toMatchObject({ halt: null, open: null })
    },
    SLOW,
  )

  test(
    'an acknowledgement by a button, with all its words from inputs',
    async () => {
      team().house.scenario('build-fail', 'once')
      const job = jobOf(team(), merged(team(), 'four', 'Serve four', 'job-c'))
      const bad = await job()
      expect(bad.exit, bad.log).toBe(20)
      const inputs = {
        command: 'ack',
        cause: 'the builder was away',
        evidence: 'its log',
        'evidence-run': 'true',
        next: 'again',
        outside: 'it is back',
      }
      const ack = await job({ inputs })
      expect(ack.exit, ack.log).toBe(0)
      expect((await job({ inputs: { command: 'gate' } })).outputs).toMatchObject({ deploy: 'true', halted: 'true' })
      const again = await job()
      expect(again.exit, again.log).toBe(0)
    },
    SLOW,
  )

  test(
    'what an input holds is a word, never a command',
    async () => {
      const clone = team().clone('job-words')
      const evil = `x"; touch ${join(clone.root, 'owned')}; $(touch ${join(clone.root, 'owned')}) \`touch ${join(clone.root, 'owned')}\``
      const before = deploys()
      const all: Record<string, string>[] = [
        { because: evil, args: `--dry-run\n${evil}` },
        { command: evil },
        { app: evil },
        { version: evil },
        { accept: evil },
      ]
      for (const inputs of all) {
        const end = await jobOf(team(), clone)({ inputs })
        expect(end.exit, `${JSON.stringify(inputs)}\n${end.log}`).toBe(64)
      }
      expect(existsSync(join(clone.root, 'owned'))).toBe(false)
      expect(deploys()).toBe(before)
    },
    SLOW,
  )

  test(
    'on a pull request it judges the commits since the branch left, from a shallow checkout, and prints what to paste',
    async () => {
      const author = team().clone('author')
      author.git('checkout', '-q', '-b', 'feature')
      mkdirSync(join(author.root, 'migrations'))
      writeFileSync(join(author.root, 'Dockerfile'), 'FROM node:latest\nCOPY . .\nCMD ["node", "app.js"]\n')
      writeFileSync(
        join(author.root, 'fly.toml'),
        `${readFileSync(join(author.root, 'fly.toml'), 'utf8')}\n[build]\n  dockerfile = "Dockerfile"\n`,
      )
      author.git('add', '-A')
      author.git('commit', '-q', '-m', 'Change how it is built')
      author.git('push', '-q', 'origin', 'feature')
      const [base, head] = [author.git('merge-base', 'main', 'feature'), author.git('rev-parse', 'feature')]
      team().a.git('pull', '-q', 'origin', 'main')
      team().a.change('meanwhile on main', 'Elsewhere')
      const tip = team().a.git('rev-parse', 'HEAD')
      const before = [deploys(), team().tip()]
      for (const depth of [['--depth=1', '--branch=feature'], []]) {
        const clone = team().clone(`pr-${depth.length}`, depth)
        const end = await jobOf(
          team(),
          clone,
        )({
          inputs: { because: 'not for a plan' },
          github: { event_name: 'pull_request', base_ref: 'main', event: { pull_request: { base: { sha: tip }, head: { sha: head } } } },
        })
        expect(end.exit, end.log).toBe(0)
        expect(end.log).toContain(`${base}..${head}`)
        expect(end.log).not.toContain('app.txt')
        expect(end.log).toMatch(/Deploy-Because: WHAT IT IS FOR\n {2}Deploy-Accept: /)
        expect(end.summary).toContain('**Trailers to paste**')
        expect(end.outputs.outcome).toBe('findings')
        expect(commandsIn(end.log)).toContainEqual(
          expect.objectContaining({ name: 'warning', properties: expect.objectContaining({ file: 'Dockerfile', line: '3' }) }),
        )
        const strict = await jobOf(team(), clone, { jobs: 100 })({
          inputs: { command: 'plan', args: '--exit-code' },
          github: { event_name: 'pull_request', base_ref: 'main', event: { pull_request: { base: { sha: tip }, head: { sha: head } } } },
        })
        expect(strict.exit, strict.log).toBe(10)
      }
      expect([deploys(), team().tip()]).toEqual(before)

      const merged = await jobOf(
        team(),
        team().clone('pr-merged'),
      )({
        inputs: { args: '--dry-run' },
        github: { event_name: 'pull_request', event: { pull_request: { merged: true, base: { sha: tip }, head: { sha: head } } } },
      })
      expect(merged.log).toContain('STOP ')
    },
    SLOW,
  )

  test(
    'a test job hands its result to the deploy job',
    async () => {
      const config = readFileSync(join(team().a.root, 'safe-deploy.yml'), 'utf8')
      const counted = join(team().house.dir, 'smokes')
      writeFileSync(
        join(team().a.root, 'safe-deploy.yml'),
        `${config}test: { smoke: [{ name: counts, run: "echo once >> ${counted}" }] }\n`,
      )
      team().a.git('pull', '-q', 'origin', 'main')
      team().a.git('add', '-A')
      const clone = merged(team(), 'tested', 'Serve with a smoke', 'job-tested')
      const file = join(team().house.dir, 'evidence.json')
      const tested = await jobOf(team(), clone)({ inputs: { command: 'test', out: file } })
      expect(tested.exit, tested.log).toBe(0)
      expect(tested.outputs.outcome).toBe('done')
      const runs = readFileSync(counted, 'utf8')
      const other = team().clone('job-tested-2', ['--depth=1'])
      const end = await jobOf(team(), other)({ inputs: { evidence: file, accept: 'guard-changed:safe-deploy.yml=a smoke was added\n' } })
      expect(end.exit, end.log).toBe(0)
      expect(readFileSync(counted, 'utf8')).toBe(runs)
    },
    SLOW,
  )
})

describe('the action itself', () => {
  test(
    'is set up from its own checkout by its lockfile, without scripts or tokens; or from npm in one exact version',
    async () => {
      const team = await openTeam()
      try {
        const clone = team.clone('job')
        const bin = join(team.house.dir, 'npm-bin')
        const told = join(team.house.dir, 'npm-told')
        mkdirSync(bin)
        writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho "$* token=$FLY_API_TOKEN" >> '${told}'\n`)
        chmodSync(join(bin, 'npm'), 0o755)
        const path = join(team.house.dir, 'empty checkout')
        const env = { ...team.house.env, PATH: `${bin}:${team.house.env.PATH}`, FLY_API_TOKEN: 'x' }
        await jobOf(team, clone)({ path, env })
        await jobOf(team, clone, { jobs: 10 })({ path, env, inputs: { version: '1.2.3' } })
        const lines = readFileSync(told, 'utf8').trim().split('\n')
        expect(lines).toEqual([
          expect.stringMatching(`^ci --prefix ${path} --include=dev --ignore-scripts .*token=$`),
          expect.stringMatching(`^run --silent --prefix ${path} build token=$`),
          expect.stringMatching(/^install --prefix .*safe-deploy-1\.2\.3 --no-save --ignore-scripts .*safe-deploy@1\.2\.3 token=$/),
        ])
      } finally {
        await team.close()
      }
    },
    SLOW,
  )

  test('names every input and output that it uses, and no other', () => {
    const { inputs, outputs, runs } = action()
    const text = JSON.stringify(runs)
    for (const name of Object.keys(inputs)) expect(text).toContain(`inputs.${name} `)
    for (const [, name] of text.matchAll(/inputs\.([a-z-]+)/g)) expect(Object.keys(inputs)).toContain(name)
    for (const [name, { value }] of Object.entries(outputs)) expect(value).toBe(`\${{ steps.run.outputs.${name} }}`)
    for (const { run } of runs.steps) expect(run).not.toContain('${{')
  })
})
