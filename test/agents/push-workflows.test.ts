import { describe, expect, test } from 'vitest'
import { readPush } from '../../src/agents/push/read-push.ts'
import { CLEAR } from '../../src/agents/reading.ts'
import { FLY, makePushHouse, ON_MAIN, type PushHouse, workflow } from './push-house.ts'

const to = (house: PushHouse, branch: string) => readPush(['push', 'origin', `HEAD:refs/heads/${branch}`], house.world())
const verdicts = (house: PushHouse, ...branches: string[]) => branches.map((branch) => `${branch} ${to(house, branch).verdict}`)
const one = (text: string, more: Record<string, string> = {}) => makePushHouse({ [FLY]: text, ...more })

describe('branches that a workflow hears', () => {
  test.each([
    ['push', ['main deploy', 'work deploy']],
    ['push:\n  branches:\n    - main\n    - "release/**"', ['main deploy', 'release/1/2 deploy', 'work clear']],
    ["push:\n  branches: [ 'rel*', '!rel-old' ]", ['rel-new deploy', 'rel-old clear', 'rel/x clear', 'main clear']],
    ['push:\n  branches-ignore: [main]', ['main clear', 'work deploy']],
    ["push:\n  tags: ['v*']", ['main clear']],
    ['push:\n  branches: [main]\n  paths-ignore: ["docs/**"]', ['main deploy', 'work clear']],
    ['pull_request:\n  branches: [main]', ['main clear', 'work clear']],
    ['workflow_dispatch:', ['main clear']],
    ['schedule:\n  - cron: "0 7 * * *"', ['main clear']],
    ['workflow_call:', ['main clear']],
    ['release:\n  types: [published]', ['main clear']],
  ])('%s', (on, expected) => {
    expect(verdicts(one(workflow(on, 'flyctl deploy')), ...expected.map((line) => line.split(' ')[0]!))).toEqual(expected)
  })

  test('in every way to write `on`', () => {
    for (const on of ['on: push', 'on: [push, pull_request]', '"on": { push: { branches: [main] } }', "'on':\n  push:"]) {
      const text = ON_MAIN.replace(/^on:.*?(?=^jobs:)/ms, `${on}\n`)
      expect(to(one(text), 'main').verdict, on).toBe('deploy')
    }
  })
})

describe('what a job runs', () => {
  const runs = (line: string, more: Record<string, string> = {}) =>
    to(one(workflow('push:\n  branches: [main]', line), more), 'main').verdict

  test.each([
    'flyctl deploy',
    'fly deploy --remote-only',
    '"flyctl deploy --image ghcr.io/x:${{ github.sha }}"',
    '|\n          set -e\n          flyctl -c ${{ env.CONFIG }} \\\n            deploy --now',
    '>-\n          flyctl deploy\n          --config web/fly.toml',
    'npm ci && FLY_API_TOKEN=x fly -a web deploy',
    'if ! flyctl deploy; then exit 1; fi',
    'until flyctl deploy; do sleep 1; done',
    'flyctl secrets set KEY=$VALUE',
    'flyctl machine update 1234 --image x',
    'bash -c "flyctl deploy"',
    'OUT=$(flyctl deploy)',
  ])('%s deploys', (line) => {
    expect(runs(line)).toBe('deploy')
  })

  test.each([
    'npm test',
    'echo "flyctl deploy"',
    'flyctl status',
    'flyctl deploy --build-only',
    'flyctl logs --no-tail',
    '|\n          cat > notes.md <<EOF\n          flyctl deploy\n          EOF',
    '|\n          # flyctl deploy\n          npm test',
    'safe-deploy --plan abc -- --remote-only',
    'npx safe-deploy deploy',
    'npx --yes safe-deploy run -- fly secrets set A=1',
    'git push origin main',
  ])('%s does not', (line) => {
    expect(runs(line)).toBe('clear')
  })

  test('scripts of the repository are followed', () => {
    const more = {
      'package.json': '{"scripts":{"ship":"npm run out","out":"flyctl deploy","docs:deploy":"gh-pages -d docs"}}',
      Makefile: 'deploy: build\n\t@flyctl deploy\nbuild:\n\techo ok\n',
      'bin/ship.sh': '#!/bin/sh\nexec fly deploy\n',
      'bin/guarded': '#!/bin/sh\nsafe-deploy deploy -- --remote-only\n',
    }
    for (const line of ['npm run ship', 'make deploy', './bin/ship.sh', 'bash bin/ship.sh']) expect(runs(line, more), line).toBe('deploy')
    for (const line of ['npm run docs:deploy', 'make build', './bin/guarded', 'npm run none']) expect(runs(line, more), line).toBe('clear')
  })

  test('actions', () => {
    const uses = (line: string, more: Record<string, string> = {}) =>
      to(one(ON_MAIN.replace(/- run: .*$/s, `- ${line}\n`), more), 'main').verdict
    expect(uses('uses: superfly/flyctl-actions@1.1\n        with:\n          args: "deploy --remote-only"')).toBe('deploy')
    expect(uses('uses: superfly/flyctl-actions@1.1\n        with: { args: status }')).toBe('clear')
    expect(uses('uses: superfly/flyctl-actions/setup-flyctl@1.5')).toBe('clear')
    expect(uses('uses: example/safe-deploy@v1\n        with:\n          args: --remote-only')).toBe('clear')
    expect(uses('uses: example/safe-deploy/fly-deploy@v1')).toBe('clear')
    expect(uses('uses: someone/fly-deploy-action@v2')).toBe('opaque')
    expect(uses('uses: actions/deploy-pages@v4')).toBe('clear')
    const own = (run: string) => ({
      '.github/actions/out/action.yml': `runs:\n  using: composite\n  steps:\n    - run: ${run}\n      shell: bash\n`,
    })
    expect(uses('uses: ./.github/actions/out', own('flyctl deploy'))).toBe('deploy')
    expect(uses('uses: ./.github/actions/out', own('npm ci'))).toBe('clear')
  })
})

describe('whether a job runs', () => {
  const runs = (more: string, branch = 'main') => to(one(workflow('push:', 'flyctl deploy', more)), branch).verdict

  test.each([
    ["if: github.ref == 'refs/heads/main'", 'main deploy', 'work clear'],
    ["if: ${{ github.ref_name == 'main' && github.event_name == 'push' }}", 'main deploy', 'work clear'],
    ["if: startsWith(github.ref, 'refs/heads/release/')", 'release/1 deploy', 'main clear'],
    ["if: startsWith(github.ref, 'refs/tags/')", 'main clear', 'v1 clear'],
    ['if: contains(fromJSON(\'["refs/heads/main"]\'), github.ref)', 'main deploy', 'mai clear'],
    ["if: github.event_name == 'workflow_dispatch'", 'main clear', 'work clear'],
    ["if: inputs.env == 'production'", 'main clear', 'work clear'],
    ['if: github.event.pull_request.merged == true', 'main clear', 'work clear'],
    ['if: failure()', 'main clear', 'work clear'],
    ["if: >-\n  github.ref == 'refs/heads/main' ||\n  github.ref == 'refs/heads/dev'", 'main deploy', 'work clear'],
    ["if: github.actor != 'dependabot[bot]'", 'main deploy', 'work deploy'],
    ["if: github.event.head_commit.message == 'ship'", 'main opaque', 'work opaque'],
    ["if: vars.LIVE == 'yes'", 'main opaque', 'work opaque'],
    ["if: needs.changes.outputs.api == 'true' && github.ref == 'refs/heads/main'", 'main deploy', 'work clear'],
    ["if: needs.pr.outputs.number != ''", 'work opaque', 'main opaque'],
    ["if: always() && needs.test.result == 'success'", 'main deploy', 'work deploy'],
    ["if: steps.smoke.outcome == 'failure'", 'main clear', 'work clear'],
    ['if: false', 'main clear', 'work clear'],
    ["if: (((github.ref == 'refs/heads/main'", 'main opaque', 'work opaque'],
  ])('%s', (more, first, second) => {
    for (const line of [first, second]) {
      const [branch = '', verdict] = line.split(' ')
      expect(runs(more, branch), line).toBe(verdict)
    }
  })

  test('one that needs a job which is skipped is skipped, unless it runs whatever happens', () => {
    const jobs = (more: string) => `${workflow('push:', 'flyctl deploy', `needs: [gate]\n${more}`)}  gate:
    if: github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    steps:
      - run: npm test
`
    expect(verdicts(one(jobs('')), 'main', 'work')).toEqual(['main deploy', 'work clear'])
    expect(verdicts(one(jobs('if: always()')), 'main', 'work')).toEqual(['main deploy', 'work deploy'])
  })

  test('by the step', () => {
    const text = ON_MAIN.replace('[main]', '[main, dev]').replace('- run:', "- if: ${{ github.ref == 'refs/heads/main' }}\n        run:")
    expect(verdicts(one(text), 'main', 'dev')).toEqual(['main deploy', 'dev clear'])
  })

  test('by the repository, where the remote tells which', () => {
    const house = one(workflow('push:', 'flyctl deploy', "if: github.repository == 'ada/everflow'"))
    for (const [url, verdict] of [
      ['git@github.com:ada/everflow.git', 'deploy'],
      ['https://github.com/grace/everflow', 'clear'],
    ] as const) {
      house.git('remote', 'set-url', 'origin', url)
      expect(to(house, 'main').verdict, url).toBe(verdict)
    }
  })
})

describe('workflows that follow others', () => {
  const CI = 'name: CI\non:\n  push:\n    branches: [main, work]\njobs:\n  test:\n    steps:\n      - run: npm test\n'

  test('one that starts when another ends', () => {
    const follows = (more: string, job = '') =>
      one(workflow(`workflow_run:\n  workflows: ["CI"]\n  types: [completed]${more}`, 'fly deploy', job), {
        '.github/workflows/ci.yml': CI,
      })
    expect(verdicts(follows('\n  branches: [main]'), 'main', 'work', 'other')).toEqual(['main deploy', 'work clear', 'other clear'])
    expect(
      verdicts(
        follows('', "if: ${{ github.event.workflow_run.conclusion == 'success' && github.event.workflow_run.head_branch == 'main' }}"),
        'main',
        'work',
      ),
    ).toEqual(['main deploy', 'work clear'])
    expect(verdicts(follows('', "if: github.event.workflow_run.conclusion == 'failure'"), 'main')).toEqual(['main clear'])
  })

  test('one that is called, with what it is handed', () => {
    const called = `on:
  workflow_call:
    inputs:
      live: { type: boolean, default: false }
jobs:
  out:
    if: \${{ inputs.live }}
    runs-on: ubuntu-latest
    steps:
      - run: flyctl deploy
`
    const caller = (more: string) => `on:\n  push:\n    branches: [main]\njobs:\n  ship:\n    uses: ./.github/workflows/out.yml\n${more}`
    const house = (more: string) => one(caller(more), { '.github/workflows/out.yml': called })
    expect(to(house('    with:\n      live: true\n'), 'main')).toMatchObject({
      verdict: 'deploy',
      because: 'the job out of .github/workflows/out.yml deploys what is pushed to main, without safe-deploy',
    })
    expect(to(house(''), 'main').verdict).toBe('clear')
    expect(to(house("    with:\n      live: ${{ github.ref == 'refs/heads/main' }}\n"), 'main').verdict).toBe('deploy')
    expect(to(house("    with:\n      live: ${{ github.ref == 'refs/heads/dev' }}\n"), 'main').verdict).toBe('clear')
  })

  test("another repository's cannot be read", () => {
    const call = (uses: string) => to(one(`on: push\njobs:\n  ship:\n    uses: ${uses}\n`), 'main').verdict
    expect(call('acme/shared/.github/workflows/fly-deploy.yml@v1')).toBe('opaque')
    expect(call('acme/shared/.github/workflows/test.yml@v1')).toBe('clear')
  })

  test('callers in a circle end', () => {
    const round = 'on:\n  push:\n  workflow_call:\njobs:\n  again:\n    uses: ./.github/workflows/fly.yml\n'
    expect(to(one(round), 'main')).toEqual(CLEAR)
    const after = 'name: CI\non:\n  push:\n  workflow_run:\n    workflows: [CI]\njobs:\n  a:\n    steps:\n      - run: npm test\n'
    expect(to(one(after), 'main')).toEqual(CLEAR)
  })
})

describe('what cannot be read', () => {
  const BROKEN = `on:\n  push:\n\tbranches: [main]\njobs:\n  deploy: { steps: [ run: flyctl deploy\n`

  test('is opaque where it speaks of a fly deploy', () => {
    expect(to(one(BROKEN), 'main')).toMatchObject({
      verdict: 'opaque',
      because: '.github/workflows/fly.yml, which cannot be read, may deploy what is pushed to main',
    })
    expect(to(one(BROKEN.replace('flyctl deploy', 'npm test')), 'main').verdict).toBe('clear')
  })

  test('deploys no other branch than the config names', () => {
    const house = one(BROKEN, { 'safe-deploy.yml': 'version: 1\nread: { deploy_branch: live }\n' })
    expect(verdicts(house, 'live', 'main', 'work')).toEqual(['live opaque', 'main clear', 'work clear'])
  })

  test('a script in another language is opaque where it speaks of fly', () => {
    const text = (run: string) => workflow('push:', `${run}\n        shell: python`)
    expect(to(one(text("import os; os.system('fly deploy')")), 'main').verdict).toBe('opaque')
    expect(to(one(text('print(1)')), 'main').verdict).toBe('clear')
  })
})

test('a workflow that publishes docs is no deploy', () => {
  const docs = workflow('push:\n  branches: [main]', 'mkdocs gh-deploy --force').replace(/.*setup-flyctl.*\n/, '')
  expect(to(one(docs), 'main')).toEqual(CLEAR)
})

test('a repository without pipelines is clear', () => {
  expect(to(makePushHouse(), 'main')).toEqual(CLEAR)
})
