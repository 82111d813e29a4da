import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { ProcessTable } from '../ports.ts'

const ps = promisify(execFile)

/** The fields of /proc/PID/stat behind the name, which may hold spaces; the first is the state, field 3 of proc(5). */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ')

/** Start time in clock ticks since boot: field 22. A zombie is no living process. */
const fromProc = (stat: string): string | null => {
  const fields = fieldsOf(stat)
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
}

const read = (file: string): Promise<string> => readFile(file, 'latin1').catch(() => '')

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
    if (linux) return `${linux.trim()}@${await placeOf()}`
    // Not kern.boottime: it moves when the clock is set.
    const shown = await ps('sysctl', ['-n', 'kern.bootsessionuuid']).catch(() => null)
    return shown?.stdout.trim() || 'unknown'
  },
  holding: async (name, value, session) => {
    const pids = (await readdir('/proc').catch(() => [])).filter((entry) => /^\d+$/.test(entry))
    const wanted = `${name}=${value}`
    const holds = await Promise.all(
      pids.map(async (pid) => {
        if (!(await read(`/proc/${pid}/environ`)).split('\0').includes(wanted)) return false
        return session === undefined || Number(fieldsOf(await read(`/proc/${pid}/stat`))[3]) === session
      }),
    )
    return pids.filter((_, i) => holds[i]).map(Number)
  },
  signalGroup: (pid, signal) => {
    // A process that was found by its environment need not lead a group.
    if (!sent(-pid, signal)) sent(pid, signal)
  },
}

const sent = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/** Containers share the boot id of their host, but not its process ids; a folder on a network is shared by machines. */
const placeOf = async (): Promise<string> => {
  const machine = await readFile('/etc/machine-id', 'utf8').catch(() => '')
  return `${machine.trim()}/${await readlink('/proc/self/ns/pid').catch(() => '')}`
}
