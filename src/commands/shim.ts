import { delimiter } from 'node:path'
import { next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'

/** What `shim` needs of the world. */
export interface ShimSources {
  /** The folder that is meant, absolute. */
  dir: string
  /** PATH of the shell it was typed in. */
  path: string
  emit: Emit
  /** Makes the folder, and returns its real path. */
  makeDir(dir: string): string
  /** Files there that bear the names and are not ours. */
  foreignIn(dir: string): string[]
  write(dir: string): void
  /** Removes ours; returns their paths. */
  remove(dir: string): string[]
  fliesOn(path: string): { first: string | null; real: string | null }
}

/**
 * `safe-deploy shim install`: a fly and a flyctl in a folder of the guard. Whether they stand in front is a line in the user's own shell file, which is
 * printed and not written. Installed again it is renewed.
 * @throws USAGE where the folder holds a fly that is not ours
 */
export const shimInstall = async (sources: ShimSources): Promise<number> => {
  const { path, emit } = sources
  const dir = sources.makeDir(sources.dir)
  const foreign = sources.foreignIn(dir)
  if (foreign.length > 0) throw occupied(foreign)
  sources.write(dir)
  const { first, real } = sources.fliesOn(path)
  const inFront = first !== null && [`${dir}/fly`, `${dir}/flyctl`].includes(first)
  const line = `export PATH="${dir}:$PATH"`
  emit({
    type: 'report',
    title: `fly and flyctl of the guard are in ${dir}.`,
    lines: [
      ...(inFront ? ['They stand in front of the real fly: what changes production goes through the guard, the rest runs as before.'] : []),
      ...(inFront
        ? []
        : [
            'They work once that folder stands first on PATH. Put this into your shell’s file (~/.bashrc, ~/.zshrc), at its end:',
            `  ${line}`,
          ]),
      real === null ? 'There is no real fly on PATH yet; install it, and it is found.' : `The real fly is ${real}.`,
      'They are for this account: an app that no repository deploys needs the real fly by its path.',
      'Away again: safe-deploy shim uninstall',
    ],
    data: { dir, inFront, real, line },
  })
  return 0
}

/** `safe-deploy shim uninstall`: only what is ours goes. */
export const shimUninstall = async ({ dir, path, remove, emit }: ShimSources): Promise<number> => {
  const removed = remove(dir)
  const onPath = path.split(delimiter).includes(dir)
  emit({
    type: 'report',
    title: removed.length > 0 ? `Removed ${removed.join(' and ')}.` : `There is no fly of the guard in ${dir}.`,
    lines: onPath ? [`${dir} is still on PATH; that does no harm, and the line in your shell’s file can go.`] : [],
    data: { dir, removed },
  })
  return 0
}

const occupied = (foreign: readonly string[]) =>
  refuse('USAGE', {
    what: `This folder holds a fly that is not the guard’s: ${foreign.join(', ')}. Nothing was written.`,
    next: [next('take the usual folder', ['safe-deploy', 'shim', 'install'])],
  })
