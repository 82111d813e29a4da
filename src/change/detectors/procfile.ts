import type { Fact } from '../../model.ts'
import { isQuiet } from '../area.ts'
import { type Detector, fact, type Glimpse, someOf } from '../sight.ts'

const NAME = /(?:^|\/)Procfile(?:\.(?!dev|development|local|test)[\w-]+)?$/

/** Programs that a Procfile starts: gone, or started otherwise. One for development starts nothing that ships. */
export const procfile: Detector = {
  name: 'procfile',
  wants: ({ change }) => ({
    texts: named(change.files).flatMap(({ path, from }) => [['base', from ?? path] as const, ['candidate', path] as const]),
  }),
  facts: (sight) => named(sight.change.files).flatMap(({ path, from }) => changesOf(sight, path, from ?? path)),
}

const named = (files: Glimpse['change']['files']) => files.filter(({ path }) => NAME.test(path) && !isQuiet(path))

const changesOf = (sight: Glimpse, path: string, old: string): Fact[] => {
  const [was, now] = [programsOf(sight.text('base', old)), programsOf(sight.text('candidate', path))]
  const gone = [...was.keys()].filter((name) => !now.has(name))
  const changed = [...was].filter(([name, command]) => now.has(name) && now.get(name) !== command).map(([name]) => name)
  const told = (how: string, names: string[]): Fact[] =>
    names.length === 0 ? [] : [fact('procfile-changed', `${path} ${how}`, { file: path, how, which: someOf(names) }, path)]
  return [...told('gone', gone), ...told('changed', changed)]
}

/** `name: command` a line. */
const programsOf = (text: string | null): Map<string, string> =>
  new Map(
    (text ?? '').split('\n').flatMap((line): [string, string][] => {
      const [, name, command] = /^([A-Za-z0-9_-]{1,60}):\s*(\S.*)$/.exec(line) ?? []
      return name && command ? [[name, command.trim()]] : []
    }),
  )
