import discipline from '../../checklists/deploy-discipline.yml'
import type { Pack } from './rule.ts'

/** The questions of the deployment discipline, in the order of the stages: an acknowledgement asks them, and agents read them beforehand. */
export const disciplineQuestions = (): { say: string }[] => (discipline as Pack).rules.map(({ say }) => ({ say }))
