import { HOSTS, type Host } from '../hosts/host.ts'
import { LAUNCHER } from './entries.ts'
import { JSON_HOSTS } from './host-files.ts'
import { instructions, type Question } from './instructions.ts'
import { LAUNCHER_TEXT } from './launcher.ts'
import { blockPart } from './managed-block.ts'
import { jsonPart } from './merge-json.ts'
import type { Part } from './part.ts'
import { PLUGIN_TEXT } from './plugin.ts'
import { skillText } from './skill.ts'
import { wholeFile } from './whole-file.ts'

const SKILL = '.claude/skills/safe-deploy/SKILL.md'
const PLUGIN = '.opencode/plugins/safe-deploy.ts'
export const AGENTS_MD = 'AGENTS.md'
export const CLAUDE_MD = 'CLAUDE.md'

const launcher = (): Part => wholeFile(LAUNCHER, `#!/bin/sh\n# safe-deploy:@\n${LAUNCHER_TEXT}`, { executable: true })

/** The file with a host's hook. */
export const hookPart = (host: Host): Part =>
  host === 'opencode' ? wholeFile(PLUGIN, PLUGIN_TEXT) : jsonPart(JSON_HOSTS[host].file, JSON_HOSTS[host].shape)

/** The line by which Claude Code reads AGENTS.md; where the user's own text has it, nothing is added. */
const importPart = (): Part => {
  const block = blockPart(CLAUDE_MD, `@${AGENTS_MD}`)
  const imports = new RegExp(`(?:^|\\s)@(?:\\./)?${AGENTS_MD}\\b`)
  return {
    ...block,
    judge: (text, kept) =>
      text !== null && !text.includes('BEGIN safe-deploy') && imports.test(text) ? { state: 'current' } : block.judge(text, kept),
  }
}

/** Which of the two instruction files is a link to the other: whoever has one text for both keeps one text. */
export interface Links {
  agentsToClaude: boolean
  claudeToAgents: boolean
}

const instructionParts = (claude: boolean, questions: readonly Question[], links: Links): Part[] => {
  const block = blockPart(links.agentsToClaude ? CLAUDE_MD : AGENTS_MD, instructions(questions))
  return claude && !links.agentsToClaude && !links.claudeToAgents ? [block, importPart()] : [block]
}

/** Every file that these hosts need, the launcher first. */
export const partsFor = (hosts: readonly Host[], questions: readonly Question[], links: Links): Part[] => [
  launcher(),
  ...hosts.map(hookPart),
  ...instructionParts(hosts.includes('claude'), questions, links),
  ...(hosts.includes('claude') ? [wholeFile(SKILL, skillText(questions))] : []),
]

/** Every file that may hold something of ours, whatever was installed. */
export const everyPart = (): Part[] => [
  ...HOSTS.map(hookPart),
  blockPart(AGENTS_MD, ''),
  blockPart(CLAUDE_MD, ''),
  wholeFile(SKILL, skillText([])),
  launcher(),
]
