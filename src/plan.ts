import { createHash } from 'node:crypto'
import type { Candidate, Finding } from './model.ts'

/** What was read, in one value: whoever has seen its digest has seen this change, on this base, with these findings. */
export interface Plan {
  digest: string
  app: string
  candidate: Candidate
  base: { commit: string | null; tree: string } | null
  findings: Finding[]
}

/**
 * Makes the plan. Pure; time, host, branch, ledger tip and env values are no part of it.
 * @param target identity of what is deployed to, e.g. `fly:everflow@personal`
 * @param halt id of the open halt, or null
 */
export const makePlan = (input: {
  app: string
  target: string
  candidate: Candidate
  base: { commit: string | null; tree: string } | null
  good: string | null
  halt: string | null
  findings: Finding[]
}): Plan => {
  const { app, target, candidate, base, good, halt, findings } = input
  const keys = findings.map((f) => `${f.severity} ${f.rule}:${f.subject}`).sort()
  const said = {
    app,
    argv: candidate.argv,
    base: base?.tree ?? null,
    commit: candidate.commit,
    config: candidate.config,
    findings: keys,
    good,
    halt,
    target,
    tree: candidate.tree,
  }
  return { digest: createHash('sha256').update(canonical(said)).digest('hex').slice(0, 16), app, candidate, base, findings }
}

/** JSON with sorted keys, so that equal values have equal text. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}
