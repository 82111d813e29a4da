import { count } from '../../words.ts'
import { isQuiet } from '../area.ts'
import { inside, relativeTo } from '../paths.ts'
import { type Detect, fact, someOf } from '../sight.ts'

/** What the builder reads by itself, or git, or an editor: no program in the image does. */
const ASIDE =
  /(?:^|\/)(?:\.(?:idea|vscode|vs|zed|fleet|devcontainer)\/.*|\.(?:docker|git)ignore|\.gitattributes|[^/]*Dockerfile[^/]*|fly[^/]*\.toml)$/

/** Files that are newly dropped from the image, or newly let in. */
const detectMoved: Detect = ({ listing, build, was, change, whole }) => {
  if (!was.filter || change.base === null || whole || was.filter.text === build.filter.text) return []
  const [before, after] = [was.filter, build.filter]
  const dropped: string[] = []
  const included: string[] = []
  for (const path of listing.keys()) {
    if (isQuiet(path) || !inside(build.dir, path) || ASIDE.test(path)) continue
    const own = relativeTo(build.dir, path)
    const [then, now] = [before.ships(own), after.ships(own)]
    if (then && !now) dropped.push(path)
    else if (!then && now) included.push(path)
  }
  const one = (kind: string, paths: string[]) =>
    paths.length === 0
      ? []
      : [
          fact(
            kind,
            build.ignoreFile,
            { file: build.ignoreFile, count: count(paths.length, 'file'), some: someOf(paths) },
            build.ignoreFile,
          ),
        ]
  return [...one('dockerignore-drops', dropped), ...one('dockerignore-includes', included)]
}

const detectMalformed: Detect = ({ build, was }) => {
  const fresh = build.filter.malformed.filter((pattern) => !was.filter?.malformed.includes(pattern))
  const file = build.ignoreFile
  return fresh.length === 0
    ? []
    : [fact('dockerignore-malformed', file, { file, pattern: someOf(fresh.map((one) => one.slice(0, 80))) }, file)]
}

/** What an ignore file newly does to the image, or to its build. */
export const detectDockerignore: Detect = (sight) => [...detectMoved(sight), ...detectMalformed(sight)]
