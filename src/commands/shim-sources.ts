import { resolve } from 'node:path'
import { ownProgram } from '../adapters/self.ts'
import { fliesOn, foreignIn, makeShimDir, removeShims, usualShimDir, writeShims } from '../adapters/shim-files.ts'
import { shimScript } from '../targets/fly/shim.ts'
import type { Call } from './call.ts'
import { textOf } from './flags.ts'
import type { ShimSources } from './shim.ts'

/** Puts together what `shim` needs of the world. */
export const shimSources = (call: Call): ShimSources => {
  const dir = resolve(call.cwd, textOf(call.flags, 'dir') ?? usualShimDir(call.env))
  return {
    dir,
    // As the shell has it: the guard's own environment is without the shim.
    path: process.env.PATH ?? '',
    emit: call.emit,
    makeDir: makeShimDir,
    foreignIn,
    write: (at) => writeShims(at, shimScript(ownProgram(), at)),
    remove: removeShims,
    fliesOn,
  }
}
