import type { Git } from './ports.ts'

/** Where `origin` is, by which an outlet knows the repository's name; null where there is none. */
export const originUrl = async (git: Git): Promise<string | null> => {
  const asked = await git.run(['config', '--get', 'remote.origin.url'])
  return asked.code === 0 ? asked.stdout.toString('utf8').trim() : null
}
