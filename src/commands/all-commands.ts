import type { Command } from './command.ts'
import { FIRST } from './table.ts'
import { MORE } from './table-more.ts'

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [...FIRST, ...MORE]
