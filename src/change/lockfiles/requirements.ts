import { type Copy, copiesOf, installed, rootsOf, type Wish } from './copies.ts'
import { intact } from './intact.ts'
import { type LockReader, UnreadableLock } from './lock.ts'
import { pyName } from './pep508.ts'
import { type Requirements, requirementsOf } from './requirement-lines.ts'
import { isDevFile, requirementRoots, sourcesOf } from './requirement-roots.ts'

const NAME = /(?:^|\/)(?:(?:[\w.-]{1,60}[-_.])?requirements(?:[-_.][\w.-]{1,60})?|requirements\/(?:[\w.-]{1,60}\/)?[\w.-]{1,60})\.txt$/

/**
 * requirements.txt. pip-compile and uv write who asks for what in comments. One written by hand is what the project asks for, and only its `==` pins say what
 * is installed. One that a tool wrote without comments says the first only if what it was made from lies beside.
 */
export const requirements: LockReader = {
  reads: (path) => NAME.test(path),
  beside: (path, text) => [...new Set(sourcesOf(path, requirementsOf(text)).flatMap(({ paths }) => paths))],
  read: async (path, text, beside) => {
    const file = requirementsOf(intact(text))
    if (file.cut) throw new UnreadableLock('it ends within a line that goes on')
    if (file.long) throw new UnreadableLock('it lists more than 20,000 packages')
    const copies = copiesIn(path, file)
    const of = copiesOf(copies)
    const wishes = await requirementRoots(path, file, of, beside)
    const format = `requirements ${file.by ?? ''}`.trim()
    return { ecosystem: 'python', format, packages: installed(copies, of), roots: wishes && rootsOf(wishes, of) }
  },
}

/** Who asks for a copy is written beside that copy: turned round. */
const copiesIn = (path: string, { lines }: Requirements): Copy[] => {
  const asked = new Map<string, Wish[]>()
  for (const { name, via } of lines) {
    for (const by of via.map(pyName)) {
      const wishes = asked.get(by)
      if (wishes) wishes.push({ name, constraint: null })
      else asked.set(by, [{ name, constraint: null }])
    }
  }
  const dev = isDevFile(path) || null
  return lines.flatMap(({ name, version, fixed }) =>
    fixed ? { id: `${name}@${version ?? ''}`, name, version, dev, wishes: asked.get(name) ?? [] } : [],
  )
}
