import type { LockReader } from './lock.ts'
import { yarnBerry } from './yarn-berry.ts'
import { yarnClassic } from './yarn-classic.ts'

/** yarn.lock of any yarn: the first and the later ones wrote different languages under one name. */
export const yarn: LockReader = {
  reads: yarnClassic.reads,
  beside: (path, text, known) => readerOf(text).beside(path, text, known),
  read: (path, text, beside, named) => readerOf(text).read(path, text, beside, named),
}

const readerOf = (text: string): LockReader => (/^__metadata:/m.test(text) ? yarnBerry : yarnClassic)
