import { readStdin, textIn, writeWhole } from './adapters/stdio.ts'
import { mentionsGuard } from './agents/guard-files/mention.ts'
import { type Answer, denyTo, passTo } from './agents/hosts/answer.ts'
import { type Asked, askedOf, folderOf } from './agents/hosts/asked.ts'
import { faultText, usageText } from './agents/hosts/fault.ts'
import type { Host } from './agents/hosts/host.ts'
import { isKnown, type Payload, type Speaker, speakerOf } from './agents/hosts/speaker.ts'
import { strictJson } from './agents/hosts/strict-json.ts'
import { mayMatter } from './agents/shell/may-matter.ts'

/** A payload with a command of 2 MB fits four times. */
const MOST_BYTES = 8 * 1024 * 1024
/** A look letter by letter saves the parser; in a line longer than this it costs more than it saves. */
const MOST_SKIMMED = 16_384
/** Hosts that take words as a session begins. */
const CONTEXT = /^(?:claude|cursor|codex|copilot)-context$/
const STRICT = '--strict'

/**
 * The hook of an agent's host: reads what is about to run, and answers in that host's shape. The fast path: nothing of the guard but this file loads
 * for a command that surely is none of its business. No network, prompt, lock, write or child process; every fault denies.
 */
export const hook = async (process: NodeJS.Process): Promise<void> => {
  const [name = '', ...flags] = process.argv.slice(3)
  const installed = isKnown(name) ? name : null
  if (CONTEXT.test(name)) {
    process.exitCode = give(await contextFor(process))
    return
  }
  const answer = await (installed && flags.every((flag) => flag === STRICT)
    ? answerFor(process, installed, flags.length > 0)
    : denyTo(installed, usageText([name, ...flags].join(' '))))
  process.exitCode = give(answer)
}

/** @returns the exit code; 2, which most hosts take for a denial, where the answer could not be written */
const give = ({ stdout, stderr, exit }: Answer): number => {
  try {
    writeWhole(1, stdout)
    writeWhole(2, stderr)
    return exit
  } catch {
    return 2
  }
}

/** A halt, told as a session begins; whatever fails, the session goes on. */
const contextFor = async (process: NodeJS.Process): Promise<Answer> => {
  try {
    const read = payloadOf(readStdin(MOST_BYTES))
    const { contextHere } = await import('./hook-context.ts')
    const payload = read.ok ? read.payload : null
    return contextHere(payload, folderOf(payload ?? {}, process.env) ?? process.cwd())
  } catch {
    return { stdout: '', stderr: '', exit: 0 }
  }
}

const answerFor = async (process: NodeJS.Process, installed: Host, strict: boolean): Promise<Answer> => {
  try {
    const read = payloadOf(readStdin(MOST_BYTES))
    if (!read.ok) return denyTo(installed, faultText(read.why))
    const call = { speaker: speakerOf(installed, read.payload), payload: read.payload, strict }
    return await answerTo(process, call).catch((error) => refuseFault(call.speaker, error))
  } catch (error) {
    return refuseFault(installed, error)
  }
}

const refuseFault = (speaker: Speaker, error: unknown): Answer =>
  denyTo(speaker, faultText(`reading it failed (${(error as NodeJS.ErrnoException).code ?? 'a bug'})`))

const payloadOf = (bytes: Buffer | null): { ok: true; payload: Payload } | { ok: false; why: string } => {
  if (bytes === null) return { ok: false, why: 'it is larger than 8 MB' }
  const text = textIn(bytes)
  if (text === null) return { ok: false, why: 'it is not UTF-8' }
  const read = strictJson(text)
  if (!read.ok) return read
  const { value } = read
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, why: 'it is no JSON object' }
  return { ok: true, payload: value as Payload }
}

type Call = { speaker: Speaker; payload: Payload; strict: boolean }

const answerTo = async (process: NodeJS.Process, { speaker, payload, strict }: Call): Promise<Answer> => {
  const asked = askedOf(speaker, payload)
  if (asked.kind === 'unreadable') return denyTo(speaker, faultText(asked.why))
  const ownFiles = namesOwnFiles(asked)
  if (!ownFiles && isNothing(asked)) return passTo(speaker)
  const env = { ...process.env }
  const { judgeHere } = await import('./hook-judge.ts')
  const reason = judgeHere(asked, { cwd: folderOf(payload, env) ?? process.cwd(), env, strict, ownFiles })
  return reason === null ? passTo(speaker) : denyTo(speaker, reason)
}

/** May it change a file of the guard? */
const namesOwnFiles = (asked: Asked): boolean =>
  asked.kind === 'shell' ? mentionsGuard(asked.line) : asked.kind === 'write' && asked.paths.some(mentionsGuard)

/** Surely none of the guard's business, its own files apart, without a look at what it says in full. */
const isNothing = (asked: Asked): boolean => {
  if (asked.kind === 'shell') return asked.line.length <= MOST_SKIMMED && !mayMatter(asked.line)
  return asked.kind !== 'tool' || !/fly/i.test(asked.name)
}
