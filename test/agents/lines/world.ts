import { basename, dirname } from 'node:path'
import type { World } from '../../../src/agents/reading.ts'

/** A work tree as agents find it: what deploys, what calls the guard, what is harmless. */
const FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    workspaces: ['packages/*'],
    scripts: {
      release: 'npm run deploy',
      deploy: 'fly deploy --remote-only',
      'docs:deploy': 'vitepress build docs && gh-pages -d dist',
      guarded: 'safe-deploy deploy',
      lint: 'biome check .',
      test: 'vitest run',
      build: 'tsc -p .',
      dev: 'next dev',
      'build:prod': 'vite build',
      'postbuild:prod': 'flyctl deploy',
      start: 'node server.js && fly deploy',
    },
  }),
  'web/package.json': JSON.stringify({ name: 'web', scripts: { release: 'cd .. && fly deploy -a web', test: 'jest' } }),
  'packages/api/package.json': JSON.stringify({ name: 'api', scripts: { ship: 'fly deploy -a api', release: 'fly deploy -a api' } }),
  Makefile:
    'FLY = flyctl\n.PHONY: all deploy test cli guarded\nall: build deploy\n\nbuild:\n\tgo build ./...\n\ntest:\n\tgo test ./...\n\ndeploy: build\n\t@echo deploying\n\t$(FLY) deploy\n\n' +
    'cli:\n\t@for app in a b; do \\\n\t  fly deploy -a $$app; \\\n\tdone\n\nguarded: test\n\tsafe-deploy deploy\n\nlint:\n\tgolangci-lint run # not fly deploy\n',
  'ops/Makefile': 'include common.mk\nship:\n\t$(MAKE) really\nreally:\n\t$(DEPLOY) -a $(ENV)\n',
  'ops/common.mk': 'DEPLOY := fly deploy\n',
  'common.mk': 'DEPLOY := fly deploy\n',
  justfile:
    'fly := "flyctl"\n\ndefault: ship\n\n# Ships it\nship env="prod": test\n    @{{fly}} deploy -a {{env}}\n\ntest:\n    cargo test\n\nguarded:\n    safe-deploy\n\nfmt:\n    cargo fmt\n',
  'Taskfile.yml':
    "version: '3'\nvars:\n  TOOL: fly\ntasks:\n  default:\n    cmds:\n      - task: test\n  test:\n    cmds:\n      - go test ./...\n  release:\n    desc: Runs fly deploy\n    deps: [test]\n    cmds:\n" +
    '      - |\n        cd app\n        {{.TOOL}} deploy\n  guarded:\n    desc: in place of fly deploy\n    cmds:\n      - safe-deploy deploy\n',
  'scripts/ship.sh':
    '#!/usr/bin/env bash\nset -euo pipefail\n# Ships it.\nmain() {\n  local app="${1:-web}"\n  fly deploy -a "$app"\n}\nmain "$@"\n',
  'scripts/wrapped.sh': '#!/bin/sh\ndir=$(dirname "$0")\nexec ./scripts/ship.sh "$@"\n',
  'scripts/guarded.sh': '#!/bin/sh\nexec npx --no-install safe-deploy deploy "$@"\n',
  'scripts/setup.sh': '#!/bin/sh\nset -e\nnpm ci\n"$JAVA" -version || true\nif [ -f .env ]; then . ./.env; fi\n',
  'scripts/deploy.mjs': "import { execSync } from 'node:child_process'\nexecSync('fly deploy --remote-only', { stdio: 'inherit' })\n",
  'scripts/deploy.py': '#!/usr/bin/env python3\nimport subprocess\nsubprocess.run(["fly", "deploy", "-a", "web"], check=True)\n',
  'scripts/harmless.mjs':
    "// after this, run fly deploy\nimport { execSync } from 'node:child_process'\nexecSync('git status')\nconsole.log('now run fly deploy')\n",
  'scripts/harmless.py':
    '"""Prints what to do: fly deploy."""\nimport subprocess\nsubprocess.run(["git", "log"])\nprint("fly deploy")\n# os.system("fly deploy")\n',
  'scripts/seed.js': "const db = require('./db')\ndb.run('insert into t values (1)')\n",
  'manage.py':
    '#!/usr/bin/env python\nimport sys\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n',
  'server.js': "require('http').createServer((q, s) => s.end('ok')).listen(3000)\n",
  '.env': 'DATABASE_URL=postgres://localhost/dev\n',
  gradlew:
    '#!/bin/sh\nAPP_HOME=$( cd "${APP_HOME:-./}" > /dev/null && pwd -P ) || exit\nset -- -classpath "$CLASSPATH" "$@"\nexec "$JAVACMD" "$@"\n',
  'README.md': 'Run `fly deploy`.\n',
  'fly.toml': 'app = "web"\n',
}

const ROOT = '/repo'

/** A world over that work tree. */
export const worldOf = (more: Readonly<Record<string, string>> = {}, cwd = ROOT): World => {
  const files = new Map(
    Object.entries({ ...FILES, ...more }).map(([path, text]) => [path.startsWith('/') ? path : `${ROOT}/${path}`, text]),
  )
  const folders = new Map<string, Set<string>>()
  for (const path of files.keys())
    for (let at = path; at !== '/'; at = dirname(at)) {
      const names = folders.get(dirname(at)) ?? new Set()
      folders.set(dirname(at), names.add(basename(at)))
    }
  return {
    cwd,
    env: { HOME: '/home/dev', PATH: '/usr/bin' },
    read: (path) => files.get(path) ?? null,
    list: (path) => [...(folders.get(path) ?? [])],
  }
}
