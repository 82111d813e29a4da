import { LAUNCHER } from './entries.ts'

/** Where the host's own words for a denial go: hosts that read the answer from stdout alone and take another exit code for a crash. */
const ANSWERS: Readonly<Record<string, string>> = {
  copilot: '{"permissionDecision":"deny","permissionDecisionReason":"WHY"}',
  antigravity: '{"decision":"deny","reason":"WHY"}',
}

const WHY = `safe-deploy: ${LAUNCHER} is missing, so nothing may run. A person: git checkout ${LAUNCHER}, or safe-deploy init --agents`

const denial = (host: string): string => {
  // What only tells a session how things stand never stops one.
  if (host.endsWith('-context')) return 'exit 0'
  const answer = ANSWERS[host]
  return answer ? `echo '\\''${answer.replace('WHY', WHY)}'\\''; exit 0` : `echo "${WHY}" >&2; exit 2`
}

/**
 * The command of a hook, for hosts that take a shell line. It finds the launcher from any folder of the repository, without another process, and denies
 * where there is none: most hosts let a command through when its hook cannot be started.
 */
export const shellLine = (host: string): string => {
  const find = `d=$PWD; until [ -r "$d/${LAUNCHER}" ]; do [ -n "$d" ] || { ${denial(host)}; }; d=\${d%/*}; done`
  return `sh -c '${find}; exec sh "$d/${LAUNCHER}" ${host}'`
}
