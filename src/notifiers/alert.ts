import { clip } from './clip.ts'
import type { Notice } from './outlet.ts'
import { headOf, textOf } from './words.ts'

/** What routes, inhibits and silences match on. */
export const ALERT_NAME = 'SafeDeployHalted'

/** The one alert of an incident. Its labels are its identity, so nothing that changes is among them. */
export const alertOf = (notice: Notice, labels: Readonly<Record<string, string>>) => ({
  labels: { ...labels, alertname: ALERT_NAME, app: notice.app, incident: notice.incident },
  annotations: {
    summary: headOf(notice),
    description: textOf(notice, 'ops'),
    ...(notice.serving ? { serving: clip(notice.serving, 300) } : {}),
    ...(notice.suspect ? { suspect: clip(notice.suspect, 300) } : {}),
  },
})
