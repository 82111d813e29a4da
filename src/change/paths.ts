/**
 * A path as git gives it, as text. Paths are bytes: what is not UTF-8 is shown with `\xNN` for each byte outside ASCII, so
 * that two different paths never look the same.
 */
export const decodePath = (bytes: Buffer): string => {
  const text = bytes.toString('utf8')
  if (!text.includes('\ufffd') || Buffer.from(text).equals(bytes)) return text
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`)
}

/** NUL-terminated records, as `-z` gives them. */
export const splitNul = (bytes: Buffer): Buffer[] => {
  const records: Buffer[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start)
    const stop = end === -1 ? bytes.length : end
    records.push(bytes.subarray(start, stop))
    start = stop + 1
  }
  return records
}

/** Is `path` the folder itself or inside it? `''` is the root and holds everything. */
export const inside = (folder: string, path: string): boolean => folder === '' || path === folder || path.startsWith(`${folder}/`)

/** `path` seen from `folder`, which holds it. */
export const relativeTo = (folder: string, path: string): string => (folder === '' ? path : path.slice(folder.length + 1))

/** A folder and a path in it, as one path; `.` and empty parts go, `..` climbs. */
export const joinPath = (...parts: string[]): string => {
  const out: string[] = []
  for (const part of parts.join('/').split('/')) {
    if (part === '..' && out.length > 0) out.pop()
    else if (part !== '' && part !== '.' && part !== '..') out.push(part)
  }
  return out.join('/')
}
