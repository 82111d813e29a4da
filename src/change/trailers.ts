const TRAILER = /^([A-Za-z0-9][A-Za-z0-9-]*):[ \t]+(.*)$/

/**
 * Trailers of a commit message, by lower-case key: the lines `Key: value` of its last paragraph, if that holds nothing else
 * (a continued line begins with a space). The subject is never one.
 */
export const readTrailers = (message: string): Record<string, string[]> => {
  const paragraphs = message.trimEnd().split(/\n[ \t]*\n/)
  const last = paragraphs.length > 1 ? paragraphs.at(-1)! : ''
  const trailers: Record<string, string[]> = {}
  let values: string[] | null = null
  for (const line of last.split('\n')) {
    const match = TRAILER.exec(line)
    if (match) {
      values = trailers[match[1]!.toLowerCase()] ??= []
      values.push(match[2]!.trim())
    } else if (/^[ \t]/.test(line) && values) values.push(`${values.pop()} ${line.trim()}`)
    else if (!/^\(cherry picked from commit/.test(line)) return {}
  }
  return trailers
}
