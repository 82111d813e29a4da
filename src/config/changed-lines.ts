/** Lines that only one of two texts has, in their order: `- ` of the old, then `+ ` of the new. */
export const changedLines = (old: string, fresh: string): string[] => {
  const [before, after] = [old, fresh].map((text) => text.split(/\r?\n/).filter((line) => line.trim() !== ''))
  const had = new Set(before)
  const has = new Set(after)
  return [
    ...(before ?? []).filter((line) => !has.has(line)).map((line) => `- ${line}`),
    ...(after ?? []).filter((line) => !had.has(line)).map((line) => `+ ${line}`),
  ]
}
