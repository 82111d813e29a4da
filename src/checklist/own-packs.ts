import { inside, joinPath } from '../change/paths.ts'
import { type Detector, fact, type Glimpse } from '../change/sight.ts'
import type { Fact } from '../model.ts'
import type { Rule } from './rule.ts'

/** What a project's own packs come to: rules that judge, and what is wrong with those that cannot. */
export interface OwnPacks {
  rules: Rule[]
  problems: Fact[]
}

/**
 * Paths of the project's own packs: the files and folders that `checklists:` names, else `checklists/` beside safe-deploy.yml. A folder holds them as
 * `*.yml` or `*.yaml`.
 */
export const ownPackPaths = ({ listing, change, settings }: Pick<Glimpse, 'listing' | 'change' | 'settings'>): string[] => {
  const named = settings.checklists ?? (settings.file === null ? [] : [joinPath(settings.file, '..', 'checklists')])
  if (named.length === 0) return []
  const found = change.files.flatMap(({ status, path, from }) => (status === 'D' ? [path] : from ? [from] : []))
  for (const path of listing.keys()) if (named.some((one) => path.startsWith(one))) found.push(path)
  return found.filter((path) => named.some((one) => path === one || (inside(one, path) && /\.ya?ml$/.test(path)))).sort()
}

/** The known good's packs judge, so that a change cannot lift the rules it breaks; the candidate's own do where there is nothing to compare with. */
const sideOf = ({ change, whole }: Pick<Glimpse, 'change' | 'whole'>): 'base' | 'candidate' =>
  change.base === null || whole ? 'candidate' : 'base'

/** Of a default folder that holds other things as well, only what looks like a pack. */
const isMeant = (text: string, settings: Glimpse['settings']): boolean => settings.checklists !== null || /^rules:/m.test(text)

/** Reads the packs that judge this change. */
export const readOwnPacks = async (glimpse: Glimpse): Promise<OwnPacks> => {
  const side = sideOf(glimpse)
  const all = ownPackPaths(glimpse).flatMap((path) => {
    const text = glimpse.text(side, path)
    return text !== null && isMeant(text, glimpse.settings) ? [{ path, text }] : []
  })
  if (all.length === 0) return { rules: [], problems: [] }
  const { readPack } = await import('./read-pack.ts')
  const read = await Promise.all(all.map(async ({ path, text }) => ({ path, ...(await readPack(text, path)) })))
  return {
    rules: read.flatMap(({ pack }) => pack?.rules ?? []),
    problems: read.flatMap(({ path, pack, problems: [first] }) =>
      pack === null ? [fact('rule-pack-broken', path, { file: path, ...worded(first) }, path, first?.line)] : [],
    ),
  }
}

const worded = (problem: { found: string; expected: string } | undefined): Record<string, string> => ({
  found: problem?.found ?? 'nothing',
  expected: problem?.expected ?? 'a rule pack',
})

/** Rules of the project's own about changed files, and packs that cannot be used. */
export const ownRules: Detector = {
  name: 'own-rules',
  wants: (glimpse) => ({ texts: ownPackPaths(glimpse).map((path) => [sideOf(glimpse), path] as const) }),
  facts: async (sight) => {
    const { rules, problems } = await readOwnPacks(sight)
    if (rules.length === 0) return problems
    const { factsOfRules } = await import('./own-rules.ts')
    return [...problems, ...factsOfRules(rules, sight.change)]
  },
}

/** Every deploy is one: what a team wants to be asked each time. */
export const everyDeploy: Detector = { name: 'every-deploy', facts: () => [fact('every-deploy', 'deploy', {})] }
