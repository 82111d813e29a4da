import { next, refuse } from '../errors.ts'
import { type DemoSources, demo } from './demo.ts'
import { demoStorm } from './demo-storm.ts'

/**
 * `safe-deploy demo [storm]`: the story of this name.
 * @param word null: the incident
 * @throws USAGE for another word; what the story throws
 */
export const demos = (sources: DemoSources, word: string | null): Promise<number> => {
  if (word === null) return demo(sources)
  if (word === 'storm') return demoStorm(sources)
  throw refuse('USAGE', {
    what: `There is no demo ${JSON.stringify(word)}.`,
    next: [
      next('the incident', ['safe-deploy', 'demo']),
      next('what a customer’s channel hears of it, without the relay and with it', ['safe-deploy', 'demo', 'storm']),
    ],
  })
}
