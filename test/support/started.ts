import { spawn } from 'node:child_process'
import type { House, Ran, Ways } from './house.ts'

/** A run of the guard that has not ended yet. */
export interface Started {
  pid: number
  /** What it has said so far, both streams. */
  said(): string
  /** Waits until it has said this; fails when it ended without. */
  says(text: string): Promise<void>
  /** INT and HUP reach its whole group, as from a terminal; others itself alone. */
  signal(name: NodeJS.Signals): void
  /** Closes the other end of what it says. */
  deafen(): void
  done: Promise<Ran & { signal: string | null }>
}

const LOOK_MS = 20
const LONGEST_MS = 60_000

/** Waits until it is so; fails after a minute. */
export const until = async (isSo: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  for (const end = Date.now() + LONGEST_MS; Date.now() < end; ) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  throw new Error(`it did not happen: ${what}`)
}

/** Starts the guard without waiting for its end; its stdin is closed, and it leads a process group of its own as in a shell. */
export const start = (house: House, args: readonly string[], ways: Ways = {}): Started => {
  const [program = '', ...rest] = [...house.bin, ...args]
  const child = spawn(program, rest, {
    cwd: ways.cwd ?? house.root,
    env: { ...house.env, ...ways.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const seen = { out: '', err: '', ended: false }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    seen.err += text
  })
  const done = new Promise<Ran & { signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => {
      seen.ended = true
      resolve({ code, signal, out: seen.out, err: seen.err })
    }),
  )
  const said = () => seen.out + seen.err
  const pid = child.pid ?? 0
  return {
    pid,
    said,
    says: (text) =>
      until(() => {
        if (said().includes(text)) return true
        if (seen.ended) throw new Error(`it ended without saying ${text}:\n${said()}`)
        return false
      }, `says ${text}`),
    deafen: () => {
      child.stdout.destroy()
      child.stderr.destroy()
    },
    signal: (name) => void process.kill(['SIGINT', 'SIGHUP'].includes(name) ? -pid : pid, name),
    done,
  }
}
