import { makeTreeFiles } from './adapters/tree-files.ts'
import { isCi } from './agents/actor.ts'
import type { Call } from './commands/call.ts'
import type { Settings } from './config/settings.ts'
import { makeOnDeployBranch } from './ledger/deploy-branch.ts'
import { makeObtain } from './ledger/obtain.ts'
import type { PrivateFolder } from './ledger/private.ts'
import { type Route, remoteNames, routeTo, USUAL } from './ledger/route.ts'
import type { Git, Obtain, OnDeployBranch, Repository } from './ports.ts'

/** What is asked of remotes beside the ledger: first of the ledger's own (for a fork, the repository it came from), then of the clone's. */
export const reachRemotes = (
  call: Pick<Call, 'env'>,
  { git, repo, folder, ledger }: { git: Git; repo: Repository; folder: PrivateFolder; ledger: Settings['ledger'] },
): { obtain: Obtain; onDeployBranch: OnDeployBranch } => {
  const visitor = { git, files: makeTreeFiles(), within: folder.root }
  const main = ledger.remote === null || ledger.remote === 'none' ? USUAL : ledger.remote
  const route = (name: string): Promise<Route | null> => routeTo({ git, env: call.env, ci: isCi(call.env) }, name)
  const routes = async (): Promise<Route[]> => {
    const names = new Set([main, USUAL, ...(await remoteNames(git))])
    const found = await Promise.all([...names].map(route))
    return found.filter((one) => one !== null)
  }
  return {
    obtain: makeObtain({ ...visitor, commonDir: repo.commonDir, objectsDir: folder.objects, routes }),
    onDeployBranch: makeOnDeployBranch({ ...visitor, shallow: repo.shallow, route: () => route(main) }),
  }
}
