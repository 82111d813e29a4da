import { createHash } from 'node:crypto'
import type { Smoke } from '../../config/settings.ts'
import type { Fact } from '../../model.ts'
import type { Files } from '../../ports.ts'
import type { Environment } from './environment.ts'
import { passed, runSmoke, type SmokeDesk } from './run-smoke.ts'

/** Results kept; the oldest go first. */
const KEPT = 200
const MAX_BYTES = 256 * 1024

/** What a smoke did with a key blank. `fails` is what shows that it needs the key. */
export type Control = 'fails' | 'passes'

/** Controls by what they depend on: smoke line, key, and the loading lines of the change. */
export interface Controls {
  get(smoke: Smoke, key: string): Control | null
  set(smoke: Smoke, key: string, result: Control): void
  save(): Promise<void>
}

const loaderDigest = (loaders: readonly Fact[]): string[] =>
  loaders
    .map(({ kind, subject, place, data }) => JSON.stringify([kind, subject, place?.file ?? '', data.what ?? '', data.was ?? '']))
    .sort()

const parse = (text: string | null): Record<string, Control> => {
  try {
    const read: unknown = JSON.parse(text ?? '{}')
    const entries = Object.entries(typeof read === 'object' && read !== null ? read : {})
    return Object.fromEntries(entries.filter(([, v]) => v === 'fails' || v === 'passes')) as Record<string, Control>
  } catch {
    return {}
  }
}

/** Opens the kept results; a file that is broken or missing is empty, which only costs the controls again. */
export const openControls = async (files: Files, path: string, loaders: readonly Fact[]): Promise<Controls> => {
  const kept = new Map(Object.entries(parse(await files.readText(path, MAX_BYTES).catch(() => null))))
  const lines = loaderDigest(loaders)
  const nameOf = (smoke: Smoke, key: string) =>
    createHash('sha256')
      .update(JSON.stringify([smoke.run, key, lines]))
      .digest('hex')
      .slice(0, 32)
  let changed = false
  return {
    get: (smoke, key) => kept.get(nameOf(smoke, key)) ?? null,
    set: (smoke, key, result) => {
      kept.delete(nameOf(smoke, key))
      kept.set(nameOf(smoke, key), result)
      changed = true
    },
    save: async () => {
      if (changed) await files.writeCache(path, JSON.stringify(Object.fromEntries([...kept].slice(-KEPT)))).catch(() => {})
    },
  }
}

/**
 * Runs the smoke once for each key it should prove, with that key blank, unless that was done before. A blank variable wins over the
 * env file in dotenv, python-dotenv, pydantic, Ruby's dotenv and `node --env-file`, so the app's own loading does not fill it again.
 */
export const runControls = async (
  desk: SmokeDesk,
  smoke: Smoke,
  environment: Environment,
  kept: Controls,
): Promise<Map<string, Control>> => {
  const results = new Map<string, Control>()
  for (const key of smoke.proves) {
    const before = kept.get(smoke, key)
    if (before === null) desk.emit({ type: 'waiting', text: `${smoke.name}: must fail without ${key}` })
    results.set(key, before ?? (passed(await runSmoke(desk, smoke, { ...environment.base, [key]: '' }, null)) ? 'passes' : 'fails'))
  }
  return results
}
