import type { Host } from '../hosts/host.ts'
import { commandOf, LAUNCHER, oursIn } from './entries.ts'
import { isBroken, plainOf, readJson } from './json-text.ts'

/** Tells a session how things stand; decides nothing. */
const CONTEXT = /-context\b/

/**
 * The commands of ours that a host's file really holds, each as the host would start it from the top of the repository.
 * @param root the top of the repository, absolute
 */
export const commandsOf = (host: Host, text: string, root: string): string[][] => {
  // The plugin starts the launcher itself.
  if (host === 'opencode') return [['sh', `${root}/${LAUNCHER}`, 'opencode']]
  const read = readJson(text)
  if (isBroken(read)) return []
  const lines = oursIn(plainOf(read)).flatMap((handler) => {
    const command = (commandOf(handler) ?? '').replace(/\$\{CLAUDE_PROJECT_DIR\}|\$CLAUDE_PROJECT_DIR\b/g, root)
    const { args } = handler as { args?: unknown }
    const line = Array.isArray(args) ? [command, ...args.map(String)] : ['sh', '-c', command]
    return CONTEXT.test(line.join(' ')) ? [] : [line]
  })
  return [...new Map(lines.map((line) => [JSON.stringify(line), line])).values()]
}
