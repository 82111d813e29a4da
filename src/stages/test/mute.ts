import type { Settings } from '../../config/settings.ts'

/** Env keys that reach people or pagers: what `mute: default` points at the sink. `*` is any text. */
const MUTED_BY_DEFAULT: readonly string[] = [
  '*SLACK*WEBHOOK*',
  '*SLACK*HOOK*URL*',
  '*DISCORD*WEBHOOK*',
  '*TEAMS*WEBHOOK*',
  '*MATTERMOST*WEBHOOK*',
  '*GOOGLE_CHAT*WEBHOOK*',
  '*ALERT*WEBHOOK*',
  '*ALERT*URL*',
  '*NOTIF*WEBHOOK*',
  '*PAGERDUTY*URL*',
  '*OPSGENIE*URL*',
  '*SENTRY_DSN*',
]

const matches = (pattern: string): ((name: string) => boolean) => {
  const literal = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const regex = new RegExp(`^${literal.join('.*?')}$`, 'i')
  return (name) => regex.test(name)
}

const patternsOf = (mute: Settings['env']['mute']): readonly string[] => {
  if (mute === 'none') return []
  return mute === 'default' ? MUTED_BY_DEFAULT : mute
}

/**
 * Which keys point at the sink while smokes run.
 * @param known every key the app could read: of env files, secrets of the target, the shell
 */
export const mutedKeys = (mute: Settings['env']['mute'], known: Iterable<string>): string[] => {
  const patterns = patternsOf(mute)
  const exact = Array.isArray(mute) ? mute.filter((name) => !name.includes('*')) : []
  const tests = patterns.map(matches)
  const found = [...known].filter((name) => name.length <= 500 && tests.some((test) => test(name)))
  return [...new Set([...exact, ...found])].sort()
}

/** Where a muted key points. A DSN wants a user and a project, or its client refuses it when the app starts. */
export const sinkAddress = (url: string, key: string): string =>
  /DSN/i.test(key) ? `${url.replace('://', '://muted@')}/${encodeURIComponent(key)}/1` : `${url}/${encodeURIComponent(key)}`
