/** What a person's clone says of itself and its remotes. */
export interface Clone {
  /** Is the commit on a branch that a remote had when it was last fetched? null: there is no such branch to ask. */
  pushed(commit: string): Promise<boolean | null>
  /** Names of remotes with the URL they fetch from. */
  remotes(): Promise<{ name: string; url: string }[]>
  /** The remote's default branch as this clone knows it, e.g. `main`; null where it was never told. */
  defaultBranch(remote: string): Promise<string | null>
}

/** Reads a clone by simple-git, which loads on first use. Nothing is fetched and nothing written. */
export const makeClone = (deps: { cwd: string; env: Readonly<Record<string, string | undefined>> }): Clone => {
  const raw = async (...args: string[]): Promise<string> => {
    const { simpleGit } = await import('simple-git')
    return simpleGit({ baseDir: deps.cwd }).env(narrow(deps.env)).raw(args)
  }
  const orNone = (...args: string[]): Promise<string> => raw(...args).catch(() => '')
  return {
    pushed: async (commit) => {
      if ((await orNone('for-each-ref', '--count=1', '--format=%(refname)', '--contains', commit, 'refs/remotes')) !== '') return true
      return (await orNone('for-each-ref', '--count=1', '--format=%(refname)', 'refs/remotes')) === '' ? null : false
    },
    remotes: async () => {
      const lines = (await orNone('config', '--null', '--get-regexp', '^remote\\..*\\.url$')).split('\0')
      return lines.flatMap((line) => {
        const match = /^remote\.([\s\S]+)\.url\n([\s\S]+)$/.exec(line)
        return match ? [{ name: match[1]!, url: match[2]! }] : []
      })
    },
    defaultBranch: async (remote) => {
      const ref = (await orNone('symbolic-ref', '--quiet', `refs/remotes/${remote}/HEAD`)).trim()
      const prefix = `refs/remotes/${remote}/`
      return ref.startsWith(prefix) ? ref.slice(prefix.length) : null
    },
  }
}

/** All that reading refs and config needs. simple-git refuses every pager, editor and GIT_* it was not told of, and rightly so. */
const NEEDED = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'USERPROFILE', 'SYSTEMROOT']

const narrow = (env: Readonly<Record<string, string | undefined>>): Record<string, string> => ({
  ...Object.fromEntries(NEEDED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
  LC_ALL: 'C',
})
