import { type Next, next } from '../errors.ts'
import type { Core } from './state.ts'

/** What to write in place of a placeholder, when an acknowledgement is asked for. */
const ACK = (light: boolean): Next =>
  light
    ? next('nothing was made: say why in one line and go on', ['safe-deploy', 'ack'], ['--cause'])
    : next(
        'forward, once: what caused it, a run that shows it, what comes next',
        ['safe-deploy', 'ack'],
        ['--cause', '--evidence-run', '--next', '--path'],
      )

/** The ways out of a halt, best first. Each works as typed from this state. */
export const waysOut = (core: Core): Next[] => {
  const { halt, good, incumbent } = core
  const light = halt?.light ?? false
  const back = good.length > 0 || incumbent !== null
  const rollback = back
    ? [next(good.length > 0 ? 'back to the last known good' : 'back to what served before', ['safe-deploy', 'rollback'])]
    : [next('nothing is known to go back to; name a release', ['safe-deploy', 'rollback'], ['--to'])]
  const ack = ACK(light)
  // What was called bad is never adopted; what was never touched needs no proof.
  const adopt = halt?.outcome === 'condemned' ? [] : [next('what serves now is good: prove it', ['safe-deploy', 'adopt'], ['--because'])]
  return light ? [ack, ...rollback, ...adopt] : [...rollback, ack, ...adopt]
}
