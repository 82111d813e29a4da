import { majorOf } from './versions.ts'

/** From the second major on, Go writes it into the path; the name of a package has it not. */
export const goPath = (name: string, version: string): string => {
  const major = Number(majorOf(version) ?? 0)
  if (name.startsWith('gopkg.in/')) return `${name}.v${major}`
  return major > 1 ? `${name}/v${major}` : name
}
