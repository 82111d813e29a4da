import { commented, indented, oneLine } from './lines.ts'
import { flowList, flowMap, scalar } from './scalar.ts'
import type { SeenSmoke, Suggestion } from './suggestion.ts'

/** How the first smoke went when init ran it once. */
export interface Trial {
  /** `env-not-loaded`: it passes only with the env files' values handed to it. */
  verdict: 'passes' | 'env-not-loaded' | 'fails'
  note: string
}

const smokeLine = ({ name, run }: SeenSmoke): string => `  - ${flowMap({ name: scalar(name), run: scalar(run), timeout: '2m' })}`

const SAMPLE = ['smoke:', '  - { name: works, run: a command that exits 0 only when the app works, timeout: 2m }']

/** A smoke that failed stays in the file as a comment: written active it would stop every deploy. */
const smokesOf = ([first, ...rest]: readonly SeenSmoke[], trial: Trial | null): string[] => {
  if (!first) return commented(SAMPLE)
  const others = commented(rest.map((one) => `${smokeLine(one)}   # seen in ${oneLine(one.from)}`))
  if (trial?.verdict !== 'fails') return ['smoke:', smokeLine(first), ...others]
  const note = `# It failed when init ran it (${oneLine(trial.note)}). Mend it, then take the # away:`
  return [note, ...commented(['smoke:', smokeLine(first)]), ...others]
}

const INJECTED =
  '  # The smoke passed only with these handed to it: the app does not load its env file itself. Right where the platform injects them, wrong otherwise.'

const envOf = ({ envFiles, required, filled }: Suggestion, trial: Trial | null): string[] => {
  const sure = required.filter((key) => filled.includes(key))
  const unsure = required.filter((key) => !filled.includes(key))
  const body = [
    envFiles.length > 0 ? `  files: ${flowList(envFiles)}` : '  # files: [.env]',
    sure.length > 0 ? `  required: ${flowList(sure)}` : '  # required: [DATABASE_URL]',
    ...(unsure.length > 0 ? [`  # Named by the example env file and not filled here: ${flowList(unsure)}`] : []),
    ...(trial?.verdict === 'env-not-loaded' && filled.length > 0 ? [INJECTED, `  inject: ${flowList(filled)}`] : []),
  ]
  return envFiles.length > 0 ? ['env:', ...body] : commented(['env:', ...body.map((line) => line.replace('# ', ''))])
}

/** The `test:` section. */
export const renderTest = (suggestion: Suggestion, trial: Trial | null): string[] => {
  const body = indented([...envOf(suggestion, trial), ...smokesOf(suggestion.smokes, trial)], 2)
  const empty = body.every((line) => line.trimStart().startsWith('#'))
  return [
    '# What is tried here before anything ships. Smokes do not get the values of the env files: the app has to load them itself, as it does where it runs.',
    ...(empty ? ['# test:', ...body.map((line) => line.replace(/^( *)# /, '# $1'))] : ['test:', ...body]),
  ]
}
