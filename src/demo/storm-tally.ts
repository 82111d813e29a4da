import type { Seen } from './acts.ts'

const OF_THE_SCRIPT = /^Deploy failed: /
const OF_THE_APP = /^Pipeline failed: /
/** How a closing digest counts. */
const COUNTED = /(\d+) messages? in 1 kind: (\d+) shown, (\d+) held/

/** Posts of the script that deploys. */
export const ofTheScript = (texts: readonly string[]): number => texts.filter((text) => OF_THE_SCRIPT.test(text)).length
const ofTheApp = (texts: readonly string[]): number => texts.filter((text) => OF_THE_APP.test(text)).length

/** Numbers of both, for machines. `told`: failures of the app that the channel knows of, shown or counted. */
export const stormData = (before: Seen, after: Seen) => {
  const [, told = '0', shown = '0', held = '0'] = COUNTED.exec(after.texts.customer.at(-1) ?? '') ?? []
  const own = { app: ofTheApp(before.texts.customer), script: ofTheScript(before.texts.customer) }
  return {
    without: { posts: before.heard, ...own, deploys: before.deploys },
    with: {
      posts: after.heard,
      told: Number(told),
      shown: Number(shown),
      held: Number(held),
      team: after.texts.team.length,
      deploys: after.deploys,
      refused: after.refused,
    },
  }
}

export const stormRows = (before: Seen, after: Seen): string[][] => {
  const { without, with: relayed } = stormData(before, after)
  return [
    ['', 'without', 'with safe-deploy and its relay'],
    ['posts in the customer’s channel', String(without.posts), String(relayed.posts)],
    ['  of the app, as they are', String(without.app), String(relayed.shown)],
    ['  failures of the app they tell of', String(without.app), String(relayed.told)],
    ['  of whoever deploys', String(without.script), '0'],
    ['posts in the team’s channel', '0', String(relayed.team)],
    ['broken versions that shipped', '6', String(relayed.deploys - 1)],
  ]
}
