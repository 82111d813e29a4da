import { LAUNCHER } from './entries.ts'

/** OpenCode has no hook file but plugins, which run inside of it: this one asks the launcher and throws, which refuses the tool. */
export const PLUGIN_TEXT = `// safe-deploy:@ — safe-deploy init --agents writes this file and replaces it; safe-deploy uninstall takes it away.
// Asks .safe-deploy/hook before a tool runs. Throwing refuses it; whatever is no answer refuses it as well.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const launcher = fileURLToPath(new URL('../../${LAUNCHER}', import.meta.url))
const ASKED = /^(?:bash|edit|write|patch|apply_patch|multiedit)$|fly/i

const ask = (payload: string, cwd: string): Promise<{ exit: number | null; out: string; err: string }> =>
  new Promise((resolve) => {
    const child = spawn('sh', [launcher, 'opencode'], { cwd, stdio: ['pipe', 'pipe', 'pipe'] })
    const seen = { out: '', err: '' }
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
    child.stdout.on('data', (data) => (seen.out += data))
    child.stderr.on('data', (data) => (seen.err += data))
    child.on('error', (error) => {
      clearTimeout(late)
      resolve({ exit: null, out: '', err: error.message })
    })
    child.on('close', (exit) => {
      clearTimeout(late)
      resolve({ exit, ...seen })
    })
    // One that ends without reading is judged by how it ends.
    child.stdin.on('error', () => {})
    child.stdin.end(payload)
  })

export const SafeDeploy = async ({ directory }: { directory: string }) => ({
  'tool.execute.before': async (input: { tool: string; sessionID?: string }, output: { args: unknown }) => {
    if (!ASKED.test(input.tool)) return
    const payload = JSON.stringify({ tool: input.tool, sessionID: input.sessionID, cwd: directory, args: output.args })
    const { exit, out, err } = await ask(payload, directory)
    if (exit === 0 && !out.includes('deny')) return
    throw new Error(err.trim() || out.trim() || 'safe-deploy: the hook gave no answer, so this was not run.')
  },
})
`
