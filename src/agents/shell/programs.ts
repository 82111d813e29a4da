import { readFly } from '../fly/read-fly.ts'
import { HOSTING } from './hosting.ts'
import { MAKE } from './make.ts'
import { PACKAGES } from './packages.ts'
import { PRINTING } from './printing.ts'
import type { Program } from './program.ts'
import { RECIPES } from './recipes.ts'
import { REMOTE } from './remote.ts'
import { HOLE, note } from './shell.ts'
import { SHELLS } from './shells.ts'
import { WRAPPERS } from './wrappers.ts'

const fly: Program = (shell, args) => {
  note(shell, readFly(args))
  // A variable nobody set is nothing: `de$(true)ploy`.
  if (args.some((word) => word.includes(HOLE)))
    note(shell, readFly(args.map((word) => word.replaceAll(HOLE, '')).filter((word) => word !== '')))
  return HOLE
}

/** Programs that can change production, or run one that does; any other is read no further. */
export const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...PRINTING,
  ...WRAPPERS,
  ...SHELLS,
  ...REMOTE,
  ...PACKAGES,
  ...MAKE,
  ...RECIPES,
  ...HOSTING,
  ['fly', fly],
  ['flyctl', fly],
  ['safe-deploy', () => HOLE],
])
