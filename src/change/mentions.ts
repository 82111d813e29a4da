import type { Git } from '../ports.ts'
import { BY_HAND } from './generated.ts'
import { readingBoth } from './objects.ts'
import { splitNul } from './paths.ts'
import type { Mention } from './sight.ts'

/** Bytes of lines that are read; a text that stands everywhere tells nothing. */
const MAX_BYTES = 16 * 1024 * 1024
/** 50,000 files take git a second, hundreds of MB of text some more; a line of 20 MB takes it minutes. */
const MAX_MS = 30_000
/** Mentions kept of one text. */
const MAX_EACH = 500
const MAX_TEXT = 400

/**
 * Lines of a tree's files that hold one of the texts, in one git call.
 * @param texts literal; one with a line end or NUL finds nothing
 * @returns by text, in the order of paths; at most 500 each; null where git was too slow
 */
export const readMentions = async (
  git: Git,
  tree: string,
  texts: readonly string[],
  objectsDir: string | null,
): Promise<Map<string, Mention[]> | null> => {
  const found = new Map(texts.map((text): [string, Mention[]] => [text, []]))
  const wanted = texts.filter((text) => text !== '' && !/[\n\r\0]/.test(text))
  if (wanted.length === 0) return found
  const ran = await git.run(['grep', '-n', '-z', '-I', '-F', '--full-name', '-f', '-', tree, '--', ...BY_HAND], {
    input: `${wanted.join('\n')}\n`,
    env: { ...readingBoth(objectsDir), GIT_LITERAL_PATHSPECS: '0' },
    maxBytes: MAX_BYTES,
    timeoutMs: MAX_MS,
  })
  if (ran.timedOut) return null
  for (const mention of mentionsIn(ran.stdout, tree)) {
    for (const text of wanted) {
      const list = found.get(text)!
      if (list.length < MAX_EACH && mention.text.includes(text)) list.push({ ...mention, text: mention.text.slice(0, MAX_TEXT) })
    }
  }
  return found
}

/** `tree:path NUL line NUL text newline`, as grep -z gives them. */
const mentionsIn = (output: Buffer, tree: string): Mention[] => {
  const mentions: Mention[] = []
  const records = splitNul(output).map((record) => record.toString('utf8'))
  let path = (records[0] ?? '').slice(tree.length + 1)
  for (let i = 1; i + 1 < records.length; i += 2) {
    const [line, rest] = [Number(records[i]), records[i + 1]!]
    const end = rest.indexOf('\n')
    mentions.push({ path, line, text: end === -1 ? rest : rest.slice(0, end) })
    path = rest.slice(end + 1 + tree.length + 1)
  }
  return mentions
}
