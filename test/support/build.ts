import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A folder of this run of the tests: `built` holds what users install, `houses` what was prepared once. */
    room: string
  }
}

const ROOT = new URL('../../', import.meta.url).pathname

/** Builds once before any test, so that tests run the binary users run; into a folder of this run, as another may build at any moment. */
export const setup = (project: TestProject): (() => void) => {
  const room = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-tests-')))
  // Another user runs what is built too.
  chmodSync(room, 0o755)
  const built = join(room, 'built')
  execFileSync('npm', ['run', '--silent', 'build', '--', '--dir', join(built, 'dist')], { cwd: ROOT, stdio: 'inherit' })
  for (const part of ['bin', 'package.json']) cpSync(join(ROOT, part), join(built, part), { recursive: true })
  mkdirSync(join(room, 'houses'))
  project.provide('room', room)
  return () => rmSync(room, { recursive: true, force: true, maxRetries: 5 })
}
