import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { rolldown } from 'rolldown'
import { onTestFinished } from 'vitest'
import { tempFolder } from '../change/repo.ts'

/** Bundles a TypeScript program of test/support, so that plain node can run it. */
export const bundle = async (entry: string): Promise<string> => {
  const file = join(tempFolder(), 'child.mjs')
  const build = await rolldown({ input: join(import.meta.dirname, entry), platform: 'node', logLevel: 'silent' })
  await build.write({ file, format: 'esm' })
  await build.close()
  return file
}

export interface Child {
  process: ChildProcessWithoutNullStreams
  /** The next line that it prints; null when it has ended. */
  line(): Promise<string | null>
  say(text: string): void
}

/** A real process that talks by lines. It is ended with the test. */
export const startChild = (file: string, args: readonly string[]): Child => {
  const child = spawn(process.execPath, [file, ...args], { stdio: 'pipe' })
  child.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk))
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    process: child,
    line: async () => {
      const next = await lines.next()
      return next.done ? null : next.value
    },
    say: (text) => void child.stdin.write(`${text}\n`),
  }
}
