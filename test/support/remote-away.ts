import { renameSync } from 'node:fs'
import type { Team } from './team.ts'

/** Takes the remote of a team away for a while; nobody can reach it then. */
export const withoutRemote = async <T>({ origin }: Team, act: () => Promise<T>): Promise<T> => {
  renameSync(origin, `${origin}.away`)
  try {
    return await act()
  } finally {
    renameSync(`${origin}.away`, origin)
  }
}
