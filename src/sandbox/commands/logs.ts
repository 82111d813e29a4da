import { isOn, value } from '../argv.ts'
import { appHere, type Call, type Run, wantsJson } from '../command.ts'
import { readText } from '../files.ts'
import { files } from '../home.ts'
import { renderJson } from '../render.ts'
import { sleep } from '../shell.ts'

const TAIL = 100
const FOLLOW_MS = 200

const LINE = /^(\S+) (app|runner)\[(\w+)\] (\S+) \[(\w+)\](.*)$/s

const asJson = (line: string): string => {
  const [, timestamp, provider, instance, region, level, message] = LINE.exec(line) ?? []
  return renderJson({ level, instance, message, region, timestamp, meta: { instance, region, event: { provider } } })
}

const linesOf = (call: Call, ids: readonly string[]): string[] =>
  ids
    .flatMap((id) => (readText(files.log(call.shell.home, id)) ?? '').split('\n').filter((line) => line !== ''))
    .map((line, i) => [line.split(' ')[0]!, i, line] as const)
    .sort(([a, i], [b, j]) => (a < b ? -1 : a > b ? 1 : i - j))
    .map(([, , line]) => line)

const show = (call: Call, lines: readonly string[]): void => {
  for (const line of lines) call.shell.out(wantsJson(call) ? asJson(line) : `${line}\n`)
}

const machinesOf = async (call: Call): Promise<string[]> => {
  const only = value(call.parsed, 'machine')
  const ids = (await appHere(call)).machines.map((machine) => machine.id)
  return only === undefined ? ids : ids.filter((id) => id === only)
}

/** `fly logs`: the last 100 lines, and without --no-tail whatever follows. */
export const logs: Run = async (call) => {
  const first = linesOf(call, await machinesOf(call))
  show(call, first.slice(-TAIL))
  if (isOn(call.parsed, 'no-tail')) return
  for (let shown = first.length; ; ) {
    await sleep(FOLLOW_MS)
    const lines = linesOf(call, await machinesOf(call))
    show(call, lines.slice(shown))
    shown = lines.length
  }
}
