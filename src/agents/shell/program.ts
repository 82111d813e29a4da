import type { Shell } from './shell.ts'

/** Runs one program or builtin: its arguments, what it reads (null: the terminal's), and the name it was called by. Returns what it prints. */
export type Program = (shell: Shell, args: readonly string[], stdin: string | null, name: string) => string

/** Several names of the same program. */
export const under = (names: string, program: Program): (readonly [string, Program])[] => names.split(' ').map((name) => [name, program])
