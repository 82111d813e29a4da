/** Builds the words of a command out of pieces, the way a shell splits what was not quoted. */
export interface Fields {
  done: string[]
  /** The word that is being built; null between two. */
  open: string | null
}

export const openFields = (): Fields => ({ done: [], open: null })

/** Text that stays in one piece. */
export const addWhole = (fields: Fields, text: string): void => {
  fields.open = (fields.open ?? '') + text
}

/** Text that is split where a separator stands. */
export const addSplit = (fields: Fields, text: string, separators: string): void => {
  let from = 0
  for (let i = 0; i <= text.length; i += 1) {
    if (i < text.length && !separators.includes(text[i]!)) continue
    if (i > from) addWhole(fields, text.slice(from, i))
    if (i < text.length && fields.open !== null) {
      fields.done.push(fields.open)
      fields.open = null
    }
    from = i + 1
  }
}

/** `"$@"`: the first joins what stands before it, the last what follows. */
export const addList = (fields: Fields, list: readonly string[]): void => {
  for (const [i, one] of list.entries()) {
    if (i > 0 && fields.open !== null) {
      fields.done.push(fields.open)
      fields.open = null
    }
    addWhole(fields, one)
  }
}

export const closeFields = (fields: Fields): string[] => (fields.open === null ? fields.done : [...fields.done, fields.open])
