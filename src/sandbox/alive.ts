import { readFileSync } from 'node:fs'

/** A process by id and, where /proc tells it, start time, so that a reused id is not mistaken for it. */
export interface Proc {
  pid: number
  start: string | null
}

const stat = (pid: number): string[] | null => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}

/** Names a running process. */
export const identify = (pid: number): Proc => ({ pid, start: stat(pid)?.[19] ?? null })

/** Is that very process still running? A zombie is not. */
export const isAlive = (proc: Proc | null | undefined): boolean => {
  if (!proc) return false
  try {
    process.kill(proc.pid, 0)
  } catch {
    return false
  }
  const fields = stat(proc.pid)
  if (!fields) return true
  return fields[0] !== 'Z' && (proc.start === null || fields[19] === proc.start)
}

/** Signals a whole process group by its leader; nothing happens when it is gone. */
export const signalGroup = (leader: Proc, signal: NodeJS.Signals): void => {
  try {
    process.kill(-leader.pid, signal)
  } catch {}
}
