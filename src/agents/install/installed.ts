import { HOSTS, type Host } from '../hosts/host.ts'
import type { Kept } from './part.ts'

/** Where it is kept what was put where: shared with the repository, as the hooks are. */
export const INSTALLED = '.safe-deploy/installed.json'

/** What `init --agents` did in a repository. */
export interface Installed {
  hosts: readonly Host[]
  files: Readonly<Record<string, Kept>>
  /** Folders that were not there before. */
  folders: readonly string[]
}

export const NOTHING_INSTALLED: Installed = { hosts: [], files: {}, folders: [] }

const isWords = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string')

/** More than any host's file takes; each is looked for in several places. */
const MOST_PIECES = 5

const filesOf = (created: string[], inserted: Record<string, unknown>): Record<string, Kept> => ({
  ...Object.fromEntries(
    Object.entries(inserted).flatMap(([path, pieces]) =>
      isWords(pieces) && pieces.length <= MOST_PIECES ? [[path, { created: false, pieces }]] : [],
    ),
  ),
  ...Object.fromEntries(created.map((path) => [path, { created: true, pieces: [] }])),
})

/** Reads the record; one that is missing or damaged (a merge conflict) is as good as none: removal then goes by what the files show. */
export const readInstalled = (text: string | null): Installed | null => {
  if (text === null) return null
  try {
    const read = JSON.parse(text) as Record<string, unknown>
    const { version, hosts, created, inserted, folders } = read
    if (version !== 1 || !isWords(hosts) || !isWords(created) || !isWords(folders)) return null
    if (typeof inserted !== 'object' || inserted === null) return null
    // Anybody may have written it: what leads out of the repository is no folder of ours.
    const inside = folders.filter((folder) => !folder.startsWith('/') && !folder.split('/').includes('..'))
    return { hosts: HOSTS.filter((host) => hosts.includes(host)), files: filesOf(created, { ...inserted }), folders: inside }
  } catch {
    return null
  }
}

/** The record as text; the same record is the same text. */
export const renderInstalled = ({ hosts, files, folders }: Installed): string => {
  const paths = Object.keys(files).sort()
  const record = {
    version: 1,
    says: 'what safe-deploy init --agents wrote; safe-deploy uninstall takes it out by this',
    hosts: HOSTS.filter((host) => hosts.includes(host)),
    created: paths.filter((path) => files[path]?.created),
    inserted: Object.fromEntries(paths.flatMap((path) => (files[path]?.pieces.length ? [[path, files[path].pieces]] : []))),
    folders: [...folders].sort(),
  }
  return `${JSON.stringify(record, null, 2)}\n`
}
