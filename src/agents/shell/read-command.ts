import { parse } from 'unbash'
import { readFly } from '../fly/read-fly.ts'
import { CLEAR, type Reading, type World } from '../reading.ts'
import { call, run } from './run.ts'
import { bounded, deeper, HOLE, isOver, noteUnreadable, openShell, type Shell } from './shell.ts'
import { walk } from './walk.ts'
import { LARGEST, weightOf } from './weight.ts'

/** Runs text in a shell of its own: folder and words come back, what it set stays known. */
const runText = (shell: Shell, text: string, label: string | null, positional: readonly string[], stdin: string | null): string => {
  if (text.trim() === '' || isOver(shell)) return ''
  shell.left.bytes -= text.length
  shell.left.steps -= 3
  if (shell.left.bytes < 0) {
    noteUnreadable(shell, [label ?? '…'], 'there is more to it than can be read')
    return HOLE
  }
  return deeper(shell, label, HOLE, () => {
    const outer = { cwd: shell.cwd, positional: shell.positional }
    shell.positional = positional
    const told = bounded(walk(shell, parse(text), stdin))
    shell.cwd = outer.cwd
    shell.positional = outer.positional
    return told
  })
}

const named = (text: string): Reading => {
  for (const { groups } of text.matchAll(/\bfly(?:ctl)?(?:\.exe)?["'`,\s\\()[\]]+(?<rest>[^\n;|&]{1,200})/g)) {
    const reading = readFly(groups!.rest!.split(/["'`,\s\\()[\]{}]+/).filter(Boolean))
    if (reading.verdict === 'deploy') return reading
  }
  return CLEAR
}

const unreadable = (shell: Shell, line: string, because: string): Reading => {
  const reading = named(line)
  if (reading.verdict !== 'clear') return { ...reading, because: `${reading.because}, as far as the line can be read` }
  noteUnreadable(shell, [line.slice(0, 40).split(/\s/)[0] ?? ''], because)
  return shell.found
}

/**
 * What one shell command line would do to production: the line is read as bash reads it, with all that it wraps, sets, substitutes, and the scripts
 * it runs, as far as they lie on the disk. Nothing is run. Text that only mentions a deploy is nothing.
 * @returns the worst that was found; `opaque` where what runs is made at run time or cannot be read, but `deploy` where such a line names one.
 * Never throws. The time it takes grows with the line, and is bounded by the limits of `shell.ts`.
 */
export const readCommand = (line: string, world: World): Reading => {
  const shell: Shell = openShell(world, {
    call: (argv, stdin) => call(shell, argv, stdin),
    run: (argv, stdin) => run(shell, argv, stdin),
    text: (text, label, positional = [], stdin = null) => runText(shell, text, label, positional, stdin),
    readLine: readCommand,
  })
  if (line.length > LARGEST.line || weightOf(line) > LARGEST.weight) return unreadable(shell, line, 'the line is too long to be read')
  walk(shell, parse(line), null)
  if (shell.found.verdict === 'deploy') return shell.found
  if (shell.left.steps <= 0) return unreadable(shell, line, 'there is more to it than can be read')
  return shell.broken ? unreadable(shell, line, 'it is no shell line that can be read') : shell.found
}
