import type { ReadText } from '../../ports.ts'

/**
 * Keys that may open an encrypted Rails file, best first: `RAILS_MASTER_KEY`, as Rails takes it, and the key file beside it in the work tree. Only asked
 * for where the config says `read: { decrypt: true }`.
 * @param at makes a path of the repository one that can be read
 */
export const railsKeyFor =
  (env: Readonly<Record<string, string | undefined>>, readText: ReadText, at: (path: string) => string) =>
  (path: string): string[] => {
    if (!path.endsWith('.yml.enc')) return []
    const file = path.endsWith('/credentials.yml.enc')
      ? `${path.slice(0, -'credentials.yml.enc'.length)}master.key`
      : `${path.slice(0, -'.yml.enc'.length)}.key`
    const read = readText(at(file), 1_000)
    return [env.RAILS_MASTER_KEY, read.ok ? read.text : ''].flatMap((key) => (key && /^\s*[0-9a-f]{32}\s*$/i.test(key) ? [key.trim()] : []))
  }
