import type { FileChange } from '../model.ts'
import type { Git } from '../ports.ts'
import { splitNul } from './paths.ts'

/**
 * Marks files that `.gitattributes` calls `linguist-generated`. Only for showing them last: their lines are judged as ever.
 */
export const markGenerated = async (git: Git, root: string, files: readonly FileChange[]): Promise<FileChange[]> => {
  const input = files.map(({ path }) => `${path}\0`).join('')
  const ran = await git.run(['check-attr', '-z', '--stdin', 'linguist-generated'], { input, cwd: root })
  const records = splitNul(ran.stdout).map((record) => record.toString('utf8'))
  const marked = new Set<string>()
  for (let i = 0; i + 2 < records.length; i += 3) {
    if (records[i + 2] === 'set' || records[i + 2] === 'true') marked.add(records[i]!)
  }
  return files.map((file) => (marked.has(file.path) ? { ...file, generated: true } : file))
}
