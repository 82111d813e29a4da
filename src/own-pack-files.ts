import { join, resolve } from 'node:path'
import { readText } from './adapters/files.ts'
import { makeTreeFiles } from './adapters/tree-files.ts'
import type { Rule } from './checklist/rule.ts'
import type { Call } from './commands/call.ts'
import type { PackFile } from './commands/checklist.ts'
import { CONFIG_FILES } from './config/defaults.ts'

/** A pack is some kilobytes; a megabyte is none. */
const MOST_BYTES = 1024 * 1024

const textOf = (path: string): string | null => {
  const read = readText(path, MOST_BYTES)
  return read.ok ? read.text : null
}

/** The packs that a command line names, else those of the safe-deploy.yml in this folder: what `checklists:` says, or `checklists/` beside it. */
export const ownPackFiles = async (call: Pick<Call, 'args' | 'cwd'>): Promise<PackFile[]> => {
  if (call.args.length > 0) return call.args.map((path) => ({ path, text: textOf(resolve(call.cwd, path)) }))
  const config = CONFIG_FILES.map((name) => ({ name, text: textOf(join(call.cwd, name)) })).find(({ text }) => text !== null)
  if (!config?.text) return []
  const { parseConfig } = await import('./config/parse.ts')
  const named = parseConfig(config.text, config.name).written?.checklists
  return (named ?? ['checklists']).flatMap((path) => {
    const inFolder = makeTreeFiles().list(join(call.cwd, path))
    const paths =
      inFolder === null ? (named ? [path] : []) : inFolder.filter((name) => /\.ya?ml$/.test(name)).map((name) => `${path}/${name}`)
    return paths
      .map((one) => ({ path: one, text: textOf(join(call.cwd, one)) }))
      .filter(({ text }) => named !== undefined || /^rules:/m.test(text ?? ''))
  })
}

/** Rules of the packs in this folder; a pack with problems has none, and `checklist test` says why. */
export const ownRulesHere = async ({ cwd }: Pick<Call, 'cwd'>): Promise<Rule[]> => {
  const files = await ownPackFiles({ args: [], cwd })
  if (files.length === 0) return []
  const { readPack } = await import('./checklist/read-pack.ts')
  const read = await Promise.all(files.map(({ path, text }) => readPack(text ?? '', path)))
  return read.flatMap(({ pack }) => pack?.rules ?? [])
}
