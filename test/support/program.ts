import { spawnSync } from 'node:child_process'

/** In `.ci/run` every program is there: what is left out for want of one would go unnoticed. */
const ALL = process.env.SAFE_DEPLOY_ALL_TESTS === '1'

/**
 * The first of several names under which a program runs here; null where none does, and then its tests say that they are left out.
 * @throws where all tests were asked for
 */
export const programHere = (...names: readonly string[]): string | null => {
  const found = names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined)
  if (found === undefined && ALL) throw new Error(`no ${names.join(' or ')} on PATH, and SAFE_DEPLOY_ALL_TESTS asks for every test`)
  return found ?? null
}

/** What stands behind the name of a test that is left out. */
export const leftOut = (program: string | null, names: string): string => (program === null ? `, left out: no ${names} on PATH` : '')
