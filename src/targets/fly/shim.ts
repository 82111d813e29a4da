import { SHIM_MARK } from '../../words.ts'

/** Commands of one word that only look, or let somebody in: whatever follows them. */
export const LOOKS = [
  'status releases history logs log services platform incidents incident info docs jobs dashboard dash registry doctor dig ping proxy',
  'open monitor completion agent login signup whoami help',
].flatMap((names) => names.split(' '))

/** Commands of a group that only look: `GROUP NAMES` by the words that may follow. */
export const LOOKS_BELOW: readonly (readonly [groups: string, names: string])[] = [
  ['machine machines m', 'list ls status wait place'],
  ['apps app', 'list ls errors releases open status show'],
  ['secrets', 'list ls'],
  ['checks', 'list ls'],
  ['image img', 'show'],
  ['scale', 'show'],
  ['ips ip', 'list ls private'],
  ['certs', 'list ls check show'],
  ['volumes volume vol v', 'list ls show'],
  ['regions', 'list ls'],
  ['orgs', 'list ls show'],
  ['tokens', 'list ls debug'],
  ['config', 'show display save validate env'],
  ['ssh', 'console issue log'],
  ['auth', 'login signup whoami token docker'],
  ['postgres pg', 'list ls connect'],
  ['mpg', 'list ls status connect proxy'],
  ['redis', 'list ls status connect proxy plans'],
]

const either = (names: string): string => names.split(' ').join('|')
const below = LOOKS_BELOW.flatMap(([groups, names]) =>
  groups.split(' ').map((group) =>
    names
      .split(' ')
      .map((name) => `'${group} ${name}'`)
      .join('|'),
  ),
).join('|\\\n      ')
const groups = either(LOOKS_BELOW.map(([names]) => names).join(' '))

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/**
 * The fly that stands in front of the real one: POSIX shell, no process of its own. What it surely knows to only look is the real fly at once, by exec,
 * with terminal, stdin, signals and exit code; everything else goes to the guard, which reads the line closely and runs the real fly where it is clear.
 * @param guard the guard's program, by absolute paths; without it what may change production does not run
 * @param dir the folder it lies in, absolute
 */
export const shimScript = (guard: readonly [runtime: string, script: string], dir: string): string => `#!/bin/sh
${SHIM_MARK}: what may change production goes through the guard, everything else is the real fly.
# Written by \`safe-deploy shim install\`; \`safe-deploy shim uninstall\` takes it away.
here=${quoted(dir)}
node=${quoted(guard[0])}
guard=${quoted(guard[1])}

real() {
  set -f
  # Behind this folder on PATH, so that two of these never call each other in turn.
  path=":$PATH:"
  case $path in *":$here:"*) path=\${path##*":$here:"} ;; esac
  IFS=:
  for name in "\${0##*/}" fly flyctl; do
    for dir in $path; do
      if [ -f "$dir/$name" ] && [ -x "$dir/$name" ] && ! [ "$dir/$name" -ef "$here/$name" ]; then
        unset IFS
        exec "$dir/$name" "$@"
      fi
    done
  done
  echo "\${0##*/}: not found on PATH behind the shim of safe-deploy in $here" >&2
  exit 127
}

[ $# -gt 0 ] || real
first= skip=
for word
do
  if [ -n "$skip" ]; then
    skip=
    continue
  fi
  case $word in
    -a | --app | -c | --config | -t | --access-token) skip=1 ;;
    --app=* | --config=* | --access-token=* | --verbose | --debug) ;;
    -h | --help | --version) if [ -z "$first" ]; then real "$@"; else break; fi ;;
    -*) break ;;
    *)
      if [ -n "$first" ]; then
        case "$first $word" in
          ${below}) real "$@" ;;
        esac
        break
      fi
      case $word in
        ${LOOKS.join('|')}) real "$@" ;;
        version) [ $# -gt 1 ] || real "$@" ;;
        ${groups}) first=$word ;;
        *) break ;;
      esac
      ;;
  esac
done

if [ -x "$node" ] && [ -f "$guard" ]; then exec "$node" "$guard" run -- fly "$@"; fi
# Node or the guard moved since: another one on PATH does as well.
if command -v safe-deploy >/dev/null 2>&1; then exec safe-deploy run -- fly "$@"; fi
echo "\${0##*/}: this may change production, and the guard it goes through is gone: $node $guard" >&2
echo "Next: install safe-deploy again and type: safe-deploy shim install (or uninstall)" >&2
exit 69
`
