import { CLEAR, type Reading, type World } from '../reading.ts'

/**
 * What a git command would deploy: CLEAR unless it is a push (or an alias of one) that reaches a branch whose job deploys without safe-deploy.
 * @param args the finished words after `git`
 */
export const readPush = (_args: readonly string[], _world: World): Reading => CLEAR
