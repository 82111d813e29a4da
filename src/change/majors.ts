import type { Fact, Major } from '../model.ts'

const SAID: Readonly<Record<string, boolean | null>> = { yes: true, no: false }

/** Every crossed major that was seen, also those of which no rule speaks. */
export const majorsOf = (facts: readonly Fact[]): Major[] =>
  facts
    .filter(({ kind }) => kind === 'dependency-major')
    .map(({ data }) => ({
      lockfile: data.lockfile ?? '',
      ecosystem: data.ecosystem ?? '',
      name: data.name ?? '',
      from: data.from ?? '',
      to: data.to ?? '',
      copy: data.copy === 'second-copy' ? 'second-copy' : 'cross',
      direct: SAID[data.direct ?? ''] ?? null,
      dev: SAID[data.dev ?? ''] ?? null,
      verdict: data.verdict ?? '',
    }))
