import type { DurableEvent } from './events.ts'

/** Longer subjects are cut. */
const SUBJECT = 120

/** The commit message of a batch: plain `git log` reads as the deploy history; `[skip ci]` keeps it from starting jobs. */
export const messageOf = (app: string, events: readonly DurableEvent[]): string => {
  const main = [...events].reverse().find((event) => event.type !== 'note.added' && event.type !== 'attempt.refused') ?? events.at(-1)
  if (!main) return app
  const trailers = events.map((event) => `Event: ${event.type} ${event.id}`)
  const by = plain(`${main.by.name} (${main.by.via}, ${main.by.host})`)
  return `${app}: ${plain(subject(main)).slice(0, SUBJECT)} [skip ci]\n\nBy: ${by}\n${trailers.map(plain).join('\n')}\n`
}

/** One line without control characters: neither a trailer nor a terminal escape is smuggled in, and git takes no NUL. */
const plain = (text: string): string => text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()

const subject = (event: DurableEvent): string => {
  switch (event.type) {
    case 'deploy.intended':
      return `${event.kind} ${event.attempt.slice(0, 8)} begins: ${event.because}`
    case 'deploy.ended':
      return `${event.outcome}: ${event.why}`
    case 'halt.acknowledged':
      return `acknowledged (${event.level}): ${event.cause}`
    case 'halt.adopted':
      return `adopted: ${event.because}`
    case 'release.condemned':
      return `called bad: ${event.because}`
    case 'freeze.set':
      return `frozen until ${event.until}: ${event.because}`
    case 'freeze.lifted':
      return `thawed: ${event.because}`
    case 'note.added':
      return `note: ${event.text}`
    case 'attempt.refused':
      return `refused: ${event.what}`
    default:
      return event.type
  }
}
