import type { RepoFiles } from '../../ports.ts'
import { INSTALLED, NOTHING_INSTALLED } from './installed.ts'
import { everyPart } from './parts.ts'
import { installedIn } from './plan-install.ts'

/** What is to be done with one file to take what is ours out of it. */
interface Removal {
  path: string
  /** Null: the file goes. */
  text: string | null
  note: string | null
}

export interface RemovalPlan {
  removals: readonly Removal[]
  /** Files in which what is ours cannot be told from what is not. */
  damaged: readonly { path: string; why: string }[]
  /** Folders that go if nothing is left in them, the deepest first. */
  folders: readonly string[]
}

/** Ours by name, whoever made them. */
const OUR_FOLDERS = ['.safe-deploy', '.claude/skills/safe-deploy']

/** Everything of ours in a repository, from its record where there is one, else from what the files show. Nothing is written. */
export const planRemoval = (files: Pick<RepoFiles, 'look'>): RemovalPlan => {
  const installed = installedIn(files) ?? NOTHING_INSTALLED
  const removals: Removal[] = []
  const damaged: { path: string; why: string }[] = []
  for (const part of everyPart()) {
    const seen = files.look(part.path)
    if (seen.kind !== 'file') continue
    const left = part.remove(seen.text, installed.files[part.path] ?? null)
    if ('damaged' in left) damaged.push({ path: part.path, why: left.damaged })
    else if (left.text !== undefined) removals.push({ path: part.path, text: left.text, note: left.note ?? null })
  }
  if (files.look(INSTALLED).kind === 'file') removals.push({ path: INSTALLED, text: null, note: null })
  const folders = [...new Set([...installed.folders, ...OUR_FOLDERS])].sort((a, b) => b.length - a.length)
  return { removals, damaged, folders }
}
