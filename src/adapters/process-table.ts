import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { ProcessTable } from '../ports.ts'

const ps = promisify(execFile)

/** Start time in clock ticks since boot: field 22 of /proc/PID/stat, counted after the name, which may hold spaces. A zombie is no living process. */
const fromProc = (stat: string): string | null => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
}

/** The process table of this machine: /proc where there is one, else `ps`. */
export const processTable: ProcessTable = {
  startOf: async (pid) => {
    if (process.platform === 'linux') {
      return readFile(`/proc/${pid}/stat`, 'utf8').then(fromProc, () => null)
    }
    const shown = await ps('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C', PATH: process.env.PATH } }).catch(() => null)
    return shown?.stdout.trim() || null
  },
  boot: async () => {
    const linux = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null)
    if (linux) return linux.trim()
    const shown = await ps('sysctl', ['-n', 'kern.boottime']).catch(() => null)
    return shown?.stdout.trim() ?? 'unknown'
  },
  holding: async (name, value) => {
    const pids = (await readdir('/proc').catch(() => [])).filter((entry) => /^\d+$/.test(entry))
    const wanted = `${name}=${value}`
    const holds = await Promise.all(
      pids.map(async (pid) => (await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')).split('\0').includes(wanted)),
    )
    return pids.filter((_, i) => holds[i]).map(Number)
  },
  signalGroup: (pid, signal) => {
    try {
      process.kill(-pid, signal)
    } catch {
      // Gone already.
    }
  },
}
