import type { Fact } from '../../model.ts'
import { type Table, tableAt, tablesAt } from '../fly-file.ts'
import { type FlyPair, flyPairs, flyWants } from '../fly-pairs.ts'
import { type Detector, fact, type Sight, someOf } from '../sight.ts'
import { lastOf, parseDockerfile } from './dockerfile.ts'

/** Ports that fly's proxy is told to reach, against those that the image says it listens on. Only where the change moved one of them. */
export const ports: Detector = {
  name: 'ports',
  wants: flyWants,
  facts: async (sight) => (await flyPairs(sight)).flatMap((pair) => (pair.own && pair.after ? mismatch(sight, pair, pair.after) : [])),
}

const mismatch = (sight: Sight, { file, before }: FlyPair, after: Table): Fact[] => {
  const docker = sight.build.dockerfile
  const [was, now] = [exposed(sight.text('base', docker)), exposed(sight.text('candidate', docker))]
  const wanted = internalPorts(after)
  const own = [...now, ...environmentPorts(after)]
  const moved = before !== null && (internalPorts(before).join() !== wanted.join() || was.join() !== now.join())
  if (!moved || wanted.length === 0 || own.length === 0 || wanted.some((port) => own.includes(port))) return []
  return [fact('port-mismatch', file, { file, wanted: someOf(wanted), own: someOf(own), docker }, file)]
}

const internalPorts = (table: Table): string[] =>
  ['http_service', 'services'].flatMap((key) => tablesAt(table, key)).flatMap(({ internal_port: port }) => (port ? [String(port)] : []))

const environmentPorts = (table: Table): string[] => {
  const port = tableAt(table, 'env').PORT
  return typeof port === 'string' || typeof port === 'number' ? [String(port)] : []
}

/** Ports of the last stage's EXPOSE and of `ENV PORT`, as numbers alone. */
const exposed = (text: string | null): string[] => {
  const all = text === null ? [] : parseDockerfile(text)
  const expose = lastOf(all, 'EXPOSE')?.args.split(/\s+/) ?? []
  const env = all.flatMap(({ word, args }) => (word === 'ENV' ? (/(?:^|\s)PORT[= ]"?(\d+)/.exec(args)?.[1] ?? []) : []))
  return [...expose.map((port) => port.replace(/\/\w+$/, '')), ...env].filter((port) => /^\d+$/.test(port))
}
