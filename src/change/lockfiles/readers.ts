import { bun } from './bun.ts'
import { cargo } from './cargo.ts'
import { composer } from './composer.ts'
import { gemfile } from './gemfile.ts'
import { goMod } from './go-mod.ts'
import type { LockReader } from './lock.ts'
import { mix } from './mix.ts'
import { npm } from './npm.ts'
import { pdm } from './pdm.ts'
import { pipfile } from './pipfile.ts'
import { pnpm } from './pnpm.ts'
import { poetry } from './poetry.ts'
import { requirements } from './requirements.ts'
import { uv } from './uv.ts'
import { yarn } from './yarn.ts'

/** Every format that is read; the first that knows a path reads it. */
const READERS: readonly LockReader[] = [npm, pnpm, yarn, bun, gemfile, poetry, uv, pdm, pipfile, requirements, cargo, goMod, composer, mix]

/** Who reads this path; null for what is no lockfile. */
export const readerOf = (path: string): LockReader | null => READERS.find((reader) => reader.reads(path)) ?? null
