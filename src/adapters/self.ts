import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// A bundled chunk lies in dist/, this file in src/adapters/.
const SCRIPT = import.meta.url.endsWith('.ts') ? '../../bin/safe-deploy.js' : '../bin/safe-deploy.js'

/** This very program as a command: the runtime and the script it was installed with. */
export const ownProgram = (): [runtime: string, script: string] => [process.execPath, fileURLToPath(new URL(SCRIPT, import.meta.url))]

/** The version in its own package.json. */
export const ownVersion = (): string => {
  const { version } = JSON.parse(readFileSync(fileURLToPath(new URL('../package.json', new URL(SCRIPT, import.meta.url))), 'utf8'))
  return String(version)
}
