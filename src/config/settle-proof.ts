import type { ProbeSpec } from '../model.ts'
import { BAKE_MS, PROBE_MS, PROGRESS_MS, SMOKE_MS } from './defaults.ts'
import { durationMs } from './duration.ts'
import { within } from './place.ts'
import type { WrittenApp } from './schema.ts'
import type { Settings, Smoke } from './settings.ts'

type WrittenProbe = NonNullable<NonNullable<WrittenApp['verify']>['probes']>[number]
type WrittenSmoke = NonNullable<NonNullable<WrittenApp['test']>['smoke']>[number]

/** A duration as written, or the default, in milliseconds. */
export const msOr = (written: string | number | undefined, otherwise: number): number =>
  written === undefined ? otherwise : durationMs(written)

const settleProbe = (probe: WrittenProbe): ProbeSpec => {
  if (probe.progress) {
    const { http, command, on, value, advances, below } = probe.progress
    return {
      kind: 'progress',
      http: http ?? null,
      command: command ?? null,
      on: on ?? probe.on ?? 'here',
      value: value ?? null,
      advances: advances ?? false,
      below: below ?? null,
      withinMs: msOr(probe.within, PROGRESS_MS),
    }
  }
  const withinMs = msOr(probe.within, PROBE_MS)
  if (probe.command !== undefined) return { kind: 'command', run: probe.command, on: probe.on ?? 'here', withinMs }
  return { kind: 'http', url: probe.http ?? '', status: probe.status ?? null, contains: probe.contains ?? null, withinMs }
}

/** Probes and the bake; a bake without probes has to be asked for. */
export const settleVerify = (verify: WrittenApp['verify']): Pick<Settings, 'bakeMs' | 'probes'> => {
  const probes = (verify?.probes ?? []).map(settleProbe)
  return { probes, bakeMs: msOr(verify?.bake, probes.length > 0 ? BAKE_MS : 0) }
}

const settleSmoke = ({ name, run, timeout, proves }: WrittenSmoke): Smoke => ({
  name: name ?? run.split('\n')[0] ?? run,
  run,
  timeoutMs: msOr(timeout, SMOKE_MS),
  proves: proves ?? [],
})

/** @param base folder of the config file, which paths are relative to @param found env files where nothing is written */
export const settleTest = (test: WrittenApp['test'], base: string, found: string[]): Pick<Settings, 'env' | 'smoke'> => ({
  env: {
    files: test?.env?.files?.flatMap((file) => within(base, file) ?? []) ?? found,
    required: test?.env?.required ?? [],
    inherit: test?.env?.inherit ?? 'toolchain',
    inject: test?.env?.inject ?? [],
    mute: test?.env?.mute ?? 'default',
  },
  smoke: (test?.smoke ?? []).map(settleSmoke),
})
