import type { Ref } from './event.ts'
import type { PushArgs } from './push-args.ts'
import { branchesHere, matching, readRefspec } from './refspec.ts'
import type { Repository } from './repository.ts'

/** What a push would change, and where. */
export interface Pushed {
  /** By name or address. */
  remote: string
  /** Null where no setting gives one. */
  url: string | null
  refs: readonly Ref[]
  /** Tags that go along only because the settings say so. */
  along: readonly Ref[]
}

/** Where nobody can tell which. */
const ANY_BRANCH: Ref = { kind: 'branch', name: null }
const ANY_TAG: Ref = { kind: 'tag', name: null }

/** Where a push goes that names no remote. */
export const remoteOf = ({ config, branch }: Repository): string => {
  const names = config.names('remote')
  const ofBranch = (name: string): string | null => (branch === null ? null : config.get(`branch.${branch}.${name}`))
  return ofBranch('pushremote') ?? config.get('remote.pushdefault') ?? ofBranch('remote') ?? (names.length === 1 ? names[0]! : 'origin')
}

const urlOf = (remote: string, { config }: Repository): string | null =>
  config.get(`remote.${remote}.pushurl`) ?? config.get(`remote.${remote}.url`) ?? (/[/:]/.test(remote) ? remote : null)

/** What `push.default` means for a push that names nothing. */
const byDefault = (remote: string, repository: Repository): Ref[] => {
  const { config, branch } = repository
  const way = config.get('push.default') ?? 'simple'
  if (way === 'nothing') return []
  if (way === 'matching') return matching(repository, remote)
  if (repository.unclear) return [ANY_BRANCH]
  if (branch === null) return []
  const upstream = config.get(`branch.${branch}.merge`)?.replace(/^refs\/heads\//, '') ?? null
  const sameRemote = config.get(`branch.${branch}.remote`) === remote
  if (way === 'upstream' || way === 'tracking') return sameRemote ? [{ kind: 'branch', name: upstream ?? branch }] : []
  // Simple refuses an upstream of another name.
  const refused = way === 'simple' && sameRemote && upstream !== null && upstream !== branch
  return refused ? [] : [{ kind: 'branch', name: branch }]
}

const tagsHere = (repository: Repository): Ref[] => [...repository.refs('tags').map((name): Ref => ({ kind: 'tag', name })), ANY_TAG]

/** What a push with these words would change on which remote. */
export const whatIsPushed = (args: PushArgs, repository: Repository): Pushed => {
  const remote = args.remote ?? remoteOf(repository)
  const configured = repository.config.all(`remote.${remote}.push`)
  const mirror = args.mirror || repository.config.get(`remote.${remote}.mirror`) === 'true'
  const refs = (): Ref[] => {
    const some = [
      ...args.refspecs.flatMap((one) => readRefspec(one, remote, repository)),
      ...(args.all || mirror ? branchesHere(repository) : []),
      ...(args.tags || mirror ? tagsHere(repository) : []),
    ]
    if (args.refspecs.length > 0 || args.all || mirror || args.tags) return some
    return configured.length > 0 ? configured.flatMap((one) => readRefspec(one, remote, repository)) : byDefault(remote, repository)
  }
  const asked = args.followTags === true
  const setting = args.followTags === null && repository.config.get('push.followtags') === 'true'
  return {
    remote,
    url: urlOf(remote, repository),
    refs: args.deletes ? [] : [...refs(), ...(asked ? tagsHere(repository) : [])],
    along: setting && !args.deletes ? tagsHere(repository) : [],
  }
}
