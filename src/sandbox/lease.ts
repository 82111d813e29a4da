import { FlyError } from './fail.ts'
import { opaqueId } from './ids.ts'
import { userOf } from './release.ts'
import type { Shell } from './shell.ts'
import { changeApp, type Lease, type Machine } from './state.ts'

const REFRESH_MS = 4_000

const conflict = (id: string, lease: Lease): FlyError => {
  const until = new Date(lease.expiresAt).toISOString().replace(/\.\d+Z$/, 'Z')
  return new FlyError(`failed to get lease on VM ${id}: machine ID ${id} lease currently held by ${lease.owner}, expires at ${until}`)
}

/** The conflict as somebody else's lease would cause it. */
export const foreignConflict = (id: string): FlyError =>
  conflict(id, { nonce: '', owner: '0c5f3b2e-2d62-5b3c-9a76-1d2f5f0a9b11@tokens.fly.io', expiresAt: Date.now() + 13_000 })

const grant = (machine: Machine, nonce: string, owner: string, ttlMs: number): void => {
  const held = machine.lease
  if (held && held.nonce !== nonce && held.expiresAt > Date.now()) throw conflict(machine.id, held)
  machine.lease = { nonce, owner, expiresAt: Date.now() + ttlMs }
}

/** Leases machines, all or none, refreshes the leases every 4 s, and gives them back. A killed process's leases end by their TTL. */
export const leaseMachines = (shell: Shell, app: string, ids: readonly string[], ttlMs: number): { release: () => void } => {
  const nonce = opaqueId('lease')
  const owner = userOf(shell.env).email
  const each = (act: (machine: Machine) => void): void =>
    changeApp(shell.home, app, (now) => {
      for (const machine of now.machines.filter((one) => ids.includes(one.id))) act(machine)
    })
  each((machine) => grant(machine, nonce, owner, ttlMs))
  const refresh = (): void => {
    try {
      each((machine) => machine.lease?.nonce === nonce && grant(machine, nonce, owner, ttlMs))
    } catch {}
  }
  const timer = setInterval(refresh, REFRESH_MS)
  timer.unref()
  return {
    release: () => {
      clearInterval(timer)
      each((machine) => {
        if (machine.lease?.nonce === nonce) machine.lease = null
      })
    },
  }
}
