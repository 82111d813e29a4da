/** Seconds that the program has; less than any host waits. */
const SECONDS = 8

/**
 * The launcher that every hook of a host starts, a POSIX script that stands in the repository. It finds the safe-deploy of the repository, else the one
 * on PATH, and hands its answer on. Whatever is no answer is a denial in the host's own words: no program, one that crashes, is killed, takes too long
 * or prints something else.
 */
export const LAUNCHER_TEXT = String.raw`
# The hook that agents' hosts run before a command (safe-deploy init --agents wrote it; safe-deploy uninstall takes it away).
# It runs the safe-deploy of this repository, else the one on PATH. Whatever is no answer of it is a denial.
host=${'$'}{1:-claude}
case $0 in */*) here=${'$'}{0%/*} ;; *) here=. ;; esac
program=$here/../node_modules/safe-deploy/bin/safe-deploy.js
# A worktree that an agent works in has often nothing installed; the main one has.
if [ ! -r "$program" ] && [ -f "$here/../.git" ]; then
  read -r word main <"$here/../.git"
  case $main in /*) ;; *) main=$here/../$main ;; esac
  program=${'$'}{main%/.git/worktrees/*}/node_modules/safe-deploy/bin/safe-deploy.js
fi

# Denies in the words of the host. $1: what happened, $2: what a person does. Neither holds a quote.
deny() {
  say="safe-deploy: the hook gave no answer ($1), so this was not run. A person: $2. Do not go round it."
  case $host in
  # What only tells a session how things stand decides nothing.
  cursor-context) printf '{}\n' && exit 0 ;;
  *-context) exit 0 ;;
  copilot) printf '{"permissionDecision":"deny","permissionDecisionReason":"%s"}\n' "$say" && exit 0 ;;
  antigravity) printf '{"decision":"deny","reason":"%s"}\n' "$say" && exit 0 ;;
  cursor) printf '{"permission":"deny","user_message":"%s","agent_message":"%s"}\n' "$say" "$say" ;;
  gemini) printf '{"decision":"deny","reason":"%s"}\n' "$say" ;;
  claude | codex) printf '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"%s"}}\n' "$say" ;;
  esac
  printf '%s\n' "$say" >&2
  exit 2
}

if [ -r "$program" ]; then
  command -v node >/dev/null 2>&1 || deny "node is not on PATH" "install Node, or start the agent where it is on PATH"
  set -- node "$program" hook "$host"
elif command -v safe-deploy >/dev/null 2>&1; then
  set -- safe-deploy hook "$host"
else
  deny "safe-deploy is not installed here" "npm ci, or npm install --global safe-deploy"
fi

# Ends the program when its time is over; ends with it.
watch() {
  sleep ${SECONDS} &
  nap=$!
  trap 'kill $nap; exit' TERM
  wait $nap && kill -9 "$1"
}

exec 3<&0
out=$(
  "$@" <&3 3<&- &
  pid=$!
  watch $pid >/dev/null 2>&1 3<&- &
  dog=$!
  wait $pid
  code=$?
  kill $dog 2>/dev/null
  exit $code
)
code=$?

case $code in
0 | 2) ;;
137) deny "it was killed, or took longer than ${SECONDS} seconds" "safe-deploy doctor" ;;
*) deny "it ended with $code" "safe-deploy doctor" ;;
esac
case $out in
'{'*'}') ;;
?*) deny "it answered something else than a hook does" "safe-deploy doctor" ;;
*)
  # Here silence is a fault, and may let the command through.
  case $host$code in
  cursor0 | antigravity?) deny "it answered nothing" "safe-deploy doctor" ;;
  esac
  ;;
esac
[ -z "$out" ] || printf '%s\n' "$out"
# A host that is told 2 and nothing else takes it for a crash.
[ $code = 0 ] || [ -n "$out" ] || printf 'safe-deploy refused this.\n' >&2
exit $code
`.slice(1)
