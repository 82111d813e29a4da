import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const BUILT = import.meta.url.endsWith('.ts') ? new URL('../../dist/fly.js', import.meta.url) : new URL('./fly.js', import.meta.url)

/** A module where the folder's package.json says so; else CommonJS, which starts sooner without the loader of modules. */
const launcher = (program: string, home: string | undefined): string =>
  [
    '#!/usr/bin/env node',
    ...(home === undefined ? [] : [`process.env.POCKET_FLY_HOME ||= ${JSON.stringify(home)}`]),
    `typeof require === 'function' ? require(${JSON.stringify(fileURLToPath(program))}) : import(${JSON.stringify(program)})`,
    '',
  ].join('\n')

/** Writes executables `fly` and `flyctl` into a folder that can then stand first on PATH. With `home` they use that state folder when POCKET_FLY_HOME is not set; `program` is the built dist/fly.js. Returns the path of `fly`. */
export const installPocketFly = async (dir: string, options: { home?: string; program?: string } = {}): Promise<string> => {
  const program = options.program === undefined ? BUILT.href : pathToFileURL(options.program).href
  await mkdir(dir, { recursive: true })
  for (const name of ['fly', 'flyctl']) {
    await writeFile(join(dir, name), launcher(program, options.home))
    await chmod(join(dir, name), 0o755)
  }
  return join(dir, 'fly')
}
