import { serveTools } from '../adapters/mcp.ts'
import { makeProcesses } from '../adapters/processes.ts'
import { ownProgram, ownVersion } from '../adapters/self.ts'
import { typed } from '../reporters/typed.ts'
import { plainEnv } from '../stages/plain-env.ts'
import type { Call } from './call.ts'
import type { McpSources, Told } from './mcp.ts'

/** Longer than any deadline: a deploy ends by its own. */
const LONGEST_MS = 24 * 3_600_000
/** How often a child says that it goes on, in seconds. */
const BEAT = '5'

const parse = (line: string): Told | null => {
  try {
    const value = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null
  }
}

/** What the tools of `mcp` need: this very program, as child processes in groups of their own. What they print was masked by themselves. */
export const mcpSources = (call: Call): McpSources => {
  const processes = makeProcesses((text) => text)
  return {
    typed,
    serve: (tools, instructions) => serveTools(tools, ownVersion(), instructions),
    sleep: (ms, signal) => call.clock.sleep(ms, signal),
    begin: (args, onLine) => {
      const running = processes.stream({
        command: [...ownProgram(), ...args],
        cwd: call.cwd,
        env: { ...plainEnv(call.env), SAFE_DEPLOY_HEARTBEAT: BEAT },
        timeoutMs: LONGEST_MS,
        onText: (text, stream) => {
          if (stream === 'out') for (const line of text.split('\n').map(parse)) if (line) onLine(line)
        },
      })
      return { done: running.done.then(({ exit }) => exit) }
    },
  }
}
