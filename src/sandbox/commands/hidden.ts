import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { removeProcess, stopProcess } from '../machines.ts'
import { SCENARIO_NAMES, setScenario } from '../scenario.ts'
import type { Shell } from '../shell.ts'
import { readState } from '../state.ts'
import { supervise } from '../supervisor.ts'

/** Every machine that ever had a process here, whether the state still names it or not. */
const known = (home: string): string[] => {
  const fromFiles = readdirSync(join(home, 'machines')).map((file) => file.split('.')[0]!)
  const fromState = Object.values(readState(home).apps).flatMap((app) => app.machines.map((machine) => machine.id))
  return [...new Set([...fromFiles, ...fromState])]
}

/** Ends all processes of the state folder. What the state says stays. */
const stopAll = async (shell: Shell): Promise<void> => {
  const named = Object.values(readState(shell.home).apps).flatMap((app) => app.machines.map((machine) => machine.id))
  await Promise.all(known(shell.home).map((id) => (named.includes(id) ? stopProcess(shell.home, id) : removeProcess(shell.home, id))))
}

/** Commands that flyctl does not have: `__machine`, `__stop-all`, `__scenario`. Returns false for any other word. */
export const hidden = async (shell: Shell, argv: readonly string[]): Promise<boolean> => {
  const [word, ...rest] = argv
  if (word === '__machine') await supervise(shell, rest[0] ?? '', rest[1] ?? '')
  else if (word === '__stop-all') await stopAll(shell)
  else if (word === '__scenario' && rest.length === 0) shell.out(`${SCENARIO_NAMES.join('\n')}\n`)
  else if (word === '__scenario') setScenario(shell.home, rest)
  else return false
  return true
}
