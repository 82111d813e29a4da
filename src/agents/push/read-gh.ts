import { CLEAR, type Reading, type World } from '../reading.ts'

/**
 * What a command of GitHub's `gh` would deploy: CLEAR unless it starts, or may start, a workflow that deploys without safe-deploy.
 * @param args the finished words after `gh`
 */
export const readGh = (_args: readonly string[], _world: World): Reading => CLEAR
