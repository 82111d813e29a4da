import type { ChangedLine } from '../../model.ts'
import { plainPath } from './loader-argument.ts'
import type { LoaderLine } from './loader-line.ts'
import { LOADERS } from './loaders.ts'

const LOADER = LOADERS.find((one) => one.world === 'compose')!
const KEY = /^(\s*)env_file\s*:\s*(.*)$/
const ITEM = /^(\s*)-\s+(?:path:\s*)?["']?([^"'\s#:]+)["']?\s*(?:#.*)?$/

/** The env files that a whole compose file gives to its services: a word, a list in one line, or a list below. */
export const composeFiles = (file: string, lines: readonly ChangedLine[]): LoaderLine[] => {
  let list = -1
  return lines.flatMap(({ n, text }) => {
    const key = text.length <= 2000 ? KEY.exec(text) : null
    if (key) {
      const value = key[2]!.replace(/\s#.*$/, '').trim()
      list = value === '' ? key[1]!.length : -1
      return namesIn(value).map((argument) => ({ file, n, loader: LOADER, argument }))
    }
    if (list === -1 || text.trim() === '') return []
    const item = ITEM.exec(text)
    if (item && item[1]!.length >= list) return [{ file, n, loader: LOADER, argument: plainPath(item[2]!) }]
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
