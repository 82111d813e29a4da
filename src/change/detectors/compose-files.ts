import type { ChangedLine } from '../../model.ts'
import { plainPath } from './loader-argument.ts'
import type { LoaderLine } from './loader-line.ts'
import { LOADERS } from './loaders.ts'

const LOADER = LOADERS.find((one) => one.world === 'compose')!
const KEY = /^(\s*)env_file\s*:\s*(.*)$/
const ITEM = /^(\s*)-\s+(?:path:\s*)?["']?([^"'\s#:]+)["']?\s*(?:#.*)?$/
/** A service, or an anchor that services share: two levels deep at most. */
const BLOCK = /^( {0,4}|\t)([\w.-]+)\s*:\s*(?:&[\w-]+\s*)?(?:#.*)?$/

/** The env files that a whole compose file gives to its services: a word, a list in one line, or a list below. */
export const composeFiles = (file: string, lines: readonly ChangedLine[]): LoaderLine[] => {
  let list = -1
  let blocks: { indent: number; name: string }[] = []
  let scope = ''
  const one = (n: number, argument: string): LoaderLine => ({ file, n, loader: LOADER, argument, scope })
  return lines.flatMap(({ n, text }) => {
    const key = text.length <= 2000 ? KEY.exec(text) : null
    if (key) {
      const value = key[2]!.replace(/\s#.*$/, '').trim()
      scope = blocks.findLast(({ indent }) => indent < key[1]!.length)?.name ?? ''
      list = value === '' ? key[1]!.length : -1
      return namesIn(value).map((argument) => one(n, argument))
    }
    const block = BLOCK.exec(text)
    if (block) blocks = [...blocks.filter(({ indent }) => indent < block[1]!.length), { indent: block[1]!.length, name: block[2]! }]
    if (list === -1 || text.trim() === '') return []
    const item = ITEM.exec(text)
    if (item && item[1]!.length >= list) return [one(n, plainPath(item[2]!))]
    if (/^\s*/.exec(text)![0].length <= list) list = -1
    return []
  })
}

const namesIn = (value: string): string[] =>
  value === ''
    ? []
    : value
        .replace(/[[\]"']/g, '')
        .split(/\s*,\s*/)
        .filter(Boolean)
        .map(plainPath)

/** Does a compose file have this service? */
export const hasService = (text: string | null, name: string): boolean =>
  (text ?? '').split('\n').some((line) => line.length <= 2000 && BLOCK.exec(line)?.[2] === name)
