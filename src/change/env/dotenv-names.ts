import type { ChangedLine } from '../../model.ts'

/** Packages that load `.env` when one of their functions is called. */
const FROM = `["'](?:npm:)?(?:dotenv(?:-flow|-safe|-extended|x)?|@dotenvx/dotenvx)["']`
const NAMED = new RegExp(`(?:import|const|let|var)\\s*\\{([^}]{0,200})\\}\\s*(?:from\\s*|=\\s*require\\(\\s*)${FROM}`)
const WHOLE = new RegExp(`(?:import|const|let|var)\\s+(?:\\*\\s*as\\s+)?([\\w$]{1,60})\\s*(?:from\\s*|=\\s*require\\(\\s*)${FROM}`)

/** Calls that load dotenv under a name which the file gives it (`import { config } from 'dotenv'`), as patterns that end where the argument begins. */
export const dotenvCalls = (lines: readonly ChangedLine[]): RegExp | null => {
  const names = lines.flatMap(({ text }) => (text.includes('dotenv') ? namesIn(text) : []))
  return names.length > 0 ? new RegExp(`(?<![\\w$.])(?:${names.map((name) => name.replaceAll('$', '\\$')).join('|')})\\s*\\(`) : null
}

const namesIn = (text: string): string[] => {
  const named = NAMED.exec(text)
  const listed = (named?.[1] ?? '').split(',').flatMap((one) => {
    const [name, as] = one.trim().split(/\s+as\s+|\s*:\s*/)
    return name === 'config' || name === 'configDotenv' ? [as?.trim() || name] : []
  })
  const whole = WHOLE.exec(text)?.[1]
  return whole ? [...listed, `${whole}.config`, `${whole}.load`] : listed
}
