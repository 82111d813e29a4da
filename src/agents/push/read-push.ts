import { CLEAR, type Reading, type World } from '../reading.ts'
import { readAlias, readHook, readInline } from './alias.ts'
import { each, type Found, worst } from './deploys.ts'
import { pushOf, type Ref } from './event.ts'
import { type GitCall, readGitArgs } from './git-args.ts'
import { hostOf, mainBranch, nameAt, plainUrl } from './host.ts'
import { openPipelines } from './pipelines.ts'
import { type PushArgs, readPushArgs } from './push-args.ts'
import { type Pushed, whatIsPushed } from './pushed.ts'
import { openRepository, type Repository } from './repository.ts'
import { plainReader, type ReadLine } from './run-lines.ts'

/**
 * What a git command would deploy: CLEAR unless it is a push (or an alias of one) that reaches a branch whose job deploys without safe-deploy.
 * @param args the finished words after `git`
 * @param readLine reads what a shell would run: aliases with `!`, and what jobs run. Pushes inside jobs it may read: it sees no pipelines there
 */
export const readPush = (args: readonly string[], world: World, readLine: ReadLine = plainReader): Reading => {
  const call = readGitArgs(args, world)
  if (call.name === '') return CLEAR
  const inline = readInline(call, world, readLine)
  if (inline) return inline
  const aliased = readAlias(call, world, readLine)
  if ('verdict' in aliased) return aliased
  const push = pushIn(aliased)
  const repository = push && !push.dry && !push.deletes ? openRepository(aliased, world) : null
  if (!push || !repository) return CLEAR
  const hook = readHook(aliased, repository, world, readLine)
  const reading = hook ?? readPushed(push, repository, world, readLine)
  return reading.verdict === 'clear' || aliased === call ? reading : { ...reading, through: [`git alias ${call.name}`, ...reading.through] }
}

/** The push that a command is; null where it is none. */
const pushIn = ({ name, rest }: GitCall): PushArgs | null => {
  if (name === 'push') return readPushArgs(rest)
  if (name === 'send-pack') return sent(readPushArgs(rest))
  if (name === 'subtree' && rest[0] === 'push') return part(rest.slice(1))
  return null
}

/** Without a refspec it sends what both sides have. */
const sent = (push: PushArgs): PushArgs => ({ ...push, refspecs: push.refspecs.length > 0 || push.all ? push.refspecs : [':'] })

/** `subtree push -P folder REMOTE [FROM:]BRANCH` */
const part = (words: readonly string[]): PushArgs => {
  const plain = words.filter((word, at) => !word.startsWith('-') && !/^(?:-P|--prefix)$/.test(words[at - 1] ?? ''))
  const to = plain[1]?.split(':').at(-1)
  return { ...readPushArgs(plain.slice(0, 1)), refspecs: to ? [`HEAD:refs/heads/${to.replace(/^refs\/heads\//, '')}`] : [] }
}

const readPushed = (push: PushArgs, repository: Repository, world: World, readLine: ReadLine): Reading => {
  const pushed = whatIsPushed(push, repository)
  const judge = judgeOf(push, pushed, repository, world, readLine)
  const found = worst([worst(each(pushed.refs, (ref) => judge(ref))), worst(each(pushed.along, (ref) => judge(ref, true)))])
  return found ? { ...found, way: 'push', command: commandOf(push, pushed), through: [] } : CLEAR
}

/** More refs than this are not looked at one by one. */
const MOST_REFS = 500
const TOO_MANY: Found = { verdict: 'opaque', because: 'it pushes more branches and tags than are looked at' }

const judgeOf = (push: PushArgs, pushed: Pushed, repository: Repository, world: World, readLine: ReadLine) => {
  // `.` is this very repository.
  const host = pushed.remote === '.' ? 'none' : hostOf(pushed.url)
  const pipelines = openPipelines({ world, top: repository.top, readLine })
  const from = { repository: nameAt(pushed.url), main: mainBranch(pushed.remote, repository) }
  const skipped = host === 'gitlab' && push.told.includes('ci.skip')
  let left = MOST_REFS
  return (ref: Ref, perhaps = false): Found | null => {
    left -= 1
    if (skipped) return null
    if (left < 0) return TOO_MANY
    const found = pipelines(pushOf(ref, from), whatOf(ref), host)
    return found && (perhaps || (ref.kind === 'branch' && ref.name === null)) ? { ...found, verdict: 'opaque' } : found
  }
}

const whatOf = ({ kind, name }: Ref): string =>
  kind === 'branch' ? `what is pushed to ${name ?? 'some branch'}` : name === null ? 'a tag that is pushed' : `the tag ${name}`

/** The push as a person would type it. */
const commandOf = (push: PushArgs, pushed: Pushed): string =>
  [
    'git push',
    ...(push.all ? ['--all'] : []),
    ...(push.mirror ? ['--mirror'] : []),
    ...(push.tags ? ['--tags'] : []),
    ...(push.followTags ? ['--follow-tags'] : []),
    plainUrl(pushed.remote),
    ...push.refspecs,
  ]
    .join(' ')
    .slice(0, 120)
