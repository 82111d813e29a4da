import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { outputsIn } from './github-runner.ts'

const ROOT = new URL('../../', import.meta.url).pathname

interface Step {
  id?: string
  shell: string
  env?: Record<string, string>
  run: string
  'working-directory'?: string
}

interface Action {
  inputs: Record<string, { description: string; default?: string }>
  outputs: Record<string, { description: string; value: string }>
  runs: { using: string; steps: Step[] }
}

/** The action, as users take it. */
export const action = (): Action => parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Action

/** What a job gives: inputs, the context `github`, the environment of the step, where the checkout is. */
export interface Given {
  inputs?: Record<string, string>
  github?: Record<string, unknown>
  env: Record<string, string>
  workspace: string
  /** Where the action's own checkout is. */
  path: string
  /** For the files of the job. */
  temporary: string
}

export interface JobEnd {
  exit: number | null
  signal: string | null
  /** Both streams of all steps, in the order they came. */
  log: string
  outputs: Record<string, string>
  summary: string
}

type Context = Record<string, unknown>

const lookUp = (context: Context, path: string): string => {
  const found = path.split('.').reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? (at as Context)[name] : ''), context)
  return typeof found === 'boolean' ? String(found) : typeof found === 'string' ? found : ''
}

/** `${{ a.b || c.d }}`, the only kind of expression that the action may hold. @throws for any other */
const evaluate = (text: string, context: Context): string =>
  text.replace(/\$\{\{(.*?)\}\}/g, (_, inside: string) => {
    const paths = inside.split('||').map((part) => part.trim())
    for (const path of paths)
      if (!/^[a-z_]+(\.[a-z_-]+)+$/.test(path)) throw new Error(`an expression that this runner does not know: ${inside}`)
    return paths.map((path) => lookUp(context, path)).find((value) => value !== '') ?? ''
  })

/** A job's step that runs the action: what a runner does with a composite one, step by step. */
export const startAction = (given: Given) => {
  const { inputs = {}, github = {}, temporary, workspace } = given
  const { inputs: known, outputs, runs } = action()
  for (const name of Object.keys(inputs)) if (!known[name]) throw new Error(`no input of the action: ${name}`)
  mkdirSync(temporary, { recursive: true })
  const context: { inputs: Context; github: Context; steps: Record<string, { outputs: Context }> } = {
    inputs: Object.fromEntries(Object.entries(known).map(([name, input]) => [name, inputs[name] ?? input.default ?? ''])),
    github: { event_name: 'push', base_ref: '', ...github },
    steps: {},
  }
  const state: { child: ChildProcess | null; cancelled: boolean; log: string } = { child: null, cancelled: false, log: '' }
  const runStep = async (step: Step, n: number): Promise<{ exit: number | null; signal: string | null; summary: string }> => {
    if (step.shell !== 'bash') throw new Error(`a shell that this runner does not know: ${step.shell}`)
    if (step.run.includes('${{')) throw new Error('an expression in the text of a script')
    const folder = mkdtempSync(join(temporary, `step-${n}-`))
    const file = (name: string, text = ''): string => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const files = {
      GITHUB_OUTPUT: file('output'),
      GITHUB_STEP_SUMMARY: file('summary'),
      GITHUB_ENV: file('env'),
      GITHUB_PATH: file('path'),
    }
    const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, evaluate(value, context)]))
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file('script.sh', step.run)], {
      cwd: resolve(workspace, evaluate(step['working-directory'] ?? '.', context)),
      env: {
        ...given.env,
        ...own,
        ...files,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_ACTION_PATH: given.path,
        GITHUB_WORKSPACE: workspace,
        GITHUB_EVENT_NAME: String(context.github.event_name),
        GITHUB_ACTOR: 'octocat',
        RUNNER_TEMP: temporary,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    state.child = child
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        state.log += text
      })
    const [exit, signal] = await new Promise<[number | null, string | null]>((done) => child.on('close', (...end) => done(end)))
    if (step.id) context.steps[step.id] = { outputs: outputsIn(readFileSync(files.GITHUB_OUTPUT, 'utf8')) }
    return { exit, signal, summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8') }
  }
  const runAll = async (): Promise<JobEnd> => {
    const ends: Awaited<ReturnType<typeof runStep>>[] = []
    for (const [n, step] of runs.steps.entries()) {
      ends.push(await runStep(step, n))
      if (ends.at(-1)?.exit !== 0 || state.cancelled) break
    }
    return {
      exit: ends.at(-1)?.exit ?? null,
      signal: ends.at(-1)?.signal ?? null,
      log: state.log,
      summary: ends.map(({ summary }) => summary).join(''),
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([name, { value }]) => [name, evaluate(value, context as unknown as Context)]),
      ),
    }
  }
  const done = runAll()
  return {
    said: () => state.log,
    /**
     * What a runner does when a job is cancelled: INT to the process it started, and to no other; TERM 7.5 s later, and 2.5 s after that KILL to it
     * and all that came from it.
     */
    cancel: async () => {
      state.cancelled = true
      const { child } = state
      if (!child?.pid) return
      const ended = new Promise<true>((resolved) => child.once('exit', () => resolved(true)))
      const within = (ms: number) => Promise.race([ended, new Promise<false>((late) => setTimeout(() => late(false), ms).unref())])
      child.kill('SIGINT')
      if (await within(7_500)) return
      child.kill('SIGTERM')
      if (await within(2_500)) return
      killTree(child.pid)
    },
    done,
  }
}

const killTree = (root: number): void => {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number) as [number, number])
  const below = (pid: number): number[] => [...rows.filter(([, parent]) => parent === pid).flatMap(([child]) => below(child)), pid]
  for (const pid of below(root)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended meanwhile.
    }
  }
}

export const runAction = (given: Given): Promise<JobEnd> => startAction(given).done
