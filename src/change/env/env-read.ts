/** A place where code reads a key of its environment. */
export interface EnvRead {
  key: string
  /** From 1. */
  line: number
  /** `required`: it fails without the key; `optional`: it has a default, or asks whether the key is there; `unsaid`: it goes on with nothing. */
  need: 'required' | 'unsaid' | 'optional'
  /** The default's text where it is a literal; it may be a secret and is never shown. */
  fallback: string | null
  /** Read when the image is built: the platform's secrets come too late. */
  build: boolean
}

/** A key as environments spell it; shorter ones are constants of other kinds. */
export const KEY = '[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_?'

/** Number of the line at each offset asked for, in growing or any order. */
export const lineCounter = (text: string): ((offset: number) => number) => {
  const starts: number[] = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let [low, high] = [0, starts.length]
    while (low + 1 < high) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}
