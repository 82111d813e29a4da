import type { Settings } from '../config/settings.ts'
import type { Severity } from '../model.ts'

/**
 * Severity by rule id, where it is not the rule's own: `rules:` of the config, above what `read:` says of uncommitted and
 * unpushed work. Uncommitted files are shown in a terminal, and asked about where nobody looks.
 */
export const severitiesOf = (settings: Pick<Settings, 'rules' | 'read'>, interactive: boolean): Record<string, Severity> => ({
  'dirty-candidate': settings.read.clean === 'ask' && interactive ? 'off' : settings.read.clean,
  'unpushed-commit': settings.read.pushed,
  ...settings.rules,
})
