const COMMITTER = 'committer safe-deploy <safe-deploy@localhost> now'

const data = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'utf8')
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')])
}

/**
 * One commit as input of `git fast-import`, which writes blobs, tree and commit in one process and prints the commit's id. Pure.
 * @param ref a ref of its own, to be removed: fast-import writes no commit without one
 * @param files path to text; the commit holds these and nothing of its parent's
 */
export const importStream = (ref: string, parent: string | null, files: Readonly<Record<string, string>>, message: string): Buffer => {
  const entries = Object.entries(files)
  const blobs = entries.flatMap(([, text], n) => [Buffer.from(`blob\nmark :${n + 1}\n`), data(text)])
  const head = [Buffer.from(`commit ${ref}\nmark :${entries.length + 1}\n${COMMITTER}\n`), data(message)]
  const tree = [...(parent ? [`from ${parent}`] : []), 'deleteall', ...entries.map(([path], n) => `M 100644 :${n + 1} ${path}`)]
  return Buffer.concat([...blobs, ...head, Buffer.from(`${tree.join('\n')}\n\nget-mark :${entries.length + 1}\ndone\n`)])
}
