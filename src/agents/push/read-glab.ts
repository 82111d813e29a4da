import { CLEAR, type Reading, type World } from '../reading.ts'
import type { Found } from './deploys.ts'
import { readFlags } from './flag-words.ts'
import { type Forge, openForge } from './forge.ts'
import { merges, runsAgain } from './gh-starts.ts'
import { judgeByHand } from './gitlab.ts'
import { plainReader, type ReadLine } from './run-lines.ts'

const VALUED = [
  '-b',
  '--branch',
  '-R',
  '--repo',
  '--variables',
  '--variables-env',
  '--variables-file',
  '-i',
  '--input',
  '-f',
  '-m',
  '--message',
  '-p',
  '--pipeline-id',
]

/** A pipeline started by hand. */
const run = (words: readonly string[], forge: Forge): Found | null => {
  const branch = readFlags(words, VALUED).values('-b', '--branch').at(-1) ?? null
  return forge.judge('workflow_dispatch', { kind: 'branch', name: branch ?? forge.main }, 'when it is run')
}

/** A job that waits for a hand; by its name, or a number that only the host knows. */
const play = (words: readonly string[], forge: Forge): Found | null => {
  const name = readFlags(words, VALUED).plain[0] ?? ''
  const does = judgeByHand(name, forge.shop)
  if (does === 'not-here') return runsAgain(forge) ?? { verdict: 'opaque', because: 'the job is not named by what it is called here' }
  return (
    does && {
      verdict: does,
      because: `the job ${name} of .gitlab-ci.yml ${does === 'deploy' ? 'deploys' : 'may deploy'}, without safe-deploy`,
    }
  )
}

const COMMANDS: readonly (readonly [name: RegExp, judge: (words: readonly string[], forge: Forge) => Found | null])[] = [
  [/^(?:ci|pipeline|pipe) (?:run|create)$/, run],
  [/^(?:ci|pipeline|pipe) (?:trigger|play)$/, play],
  [/^(?:ci|pipeline|pipe) retry$/, (_words, forge) => runsAgain(forge)],
  [/^mr (?:merge|accept)$/, (_words, forge) => merges(null, false, forge)],
]

/**
 * What a command of GitLab's `glab` would deploy: CLEAR unless it starts, or may start, a job that deploys without safe-deploy.
 * @param args the finished words after `glab`
 * @param readLine reads what jobs run
 */
export const readGlab = (args: readonly string[], world: World, readLine: ReadLine = plainReader): Reading => {
  const name = args.slice(0, 2).join(' ')
  const found = COMMANDS.find(([known]) => known.test(name))
  const forge = found ? openForge(world, readLine, 'gitlab') : null
  const does = found && forge ? found[1](args.slice(2), forge) : null
  return does ? { ...does, way: 'workflow', command: `glab ${name}`, through: [] } : CLEAR
}
