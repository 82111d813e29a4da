import { spawnSync } from 'node:child_process'

/** Does it run? Gone, or a zombie that nobody reaped (init of a container may not), both do not. */
export const isAlive = (pid: number): boolean => {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
  return state !== '' && !state.startsWith('Z')
}
