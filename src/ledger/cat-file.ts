/** Records of `cat-file --batch`, in order; null for an object that is missing. */
export const readBatch = (out: Buffer): ({ oid: string; text: string } | null)[] => {
  const records: ({ oid: string; text: string } | null)[] = []
  let at = 0
  while (at < out.length) {
    const end = out.indexOf(10, at)
    if (end < 0) break
    const [oid = '', , size] = out.toString('utf8', at, end).split(' ')
    at = end + 1
    if (size === undefined || !/^\d+$/.test(size)) {
      records.push(null)
      continue
    }
    records.push({ oid, text: out.toString('utf8', at, at + Number(size)) })
    at += Number(size) + 1
  }
  return records
}
