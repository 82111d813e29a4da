import type { Change } from '../../model.ts'
import type { Glimpse, Mention } from '../sight.ts'
import { type Gone, nameOfPath } from './files.ts'
import { VENDORED } from './readers.ts'

const SAMPLE =
  /(?:^|\/)(?:\.env[\w.-]*\.?(?:example|sample|template|dist|defaults?)|(?:example|sample|template)\.env|env\.(?:example|sample|template))$/
const ELSEWHERE = /(?:^|\/)(?:tests?|spec|fixtures|examples?|__tests__|CHANGELOG[^/]*|changelogs?|\.changeset|node_modules|vendor)(?:\/|$)/i

/** Samples of env files that went, or have another name now. */
export const goneSamples = ({ files }: Pick<Change, 'files'>): Gone[] =>
  files.flatMap(({ status, path, from }): Gone[] => {
    const gone = status === 'D' ? path : status === 'R' ? from : undefined
    return gone && SAMPLE.test(gone) && !ELSEWHERE.test(gone) && !VENDORED.test(gone)
      ? [{ path: gone, to: status === 'R' ? path : null }]
      : []
  })

/** Lines that still name the sample, those that copy or read it before documents. Another file of that name stands for it. */
export const namingSample = ({ path, to }: Gone, { mentions, listing }: Pick<Glimpse, 'mentions' | 'listing'>): Mention[] => {
  const name = nameOfPath(path)
  for (const other of listing.keys()) if (other !== path && other.endsWith(`/${name}`)) return []
  if (listing.has(name)) return []
  const word = new RegExp(`(?<![\\w.-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-]|\\.\\w)`)
  const found = mentions(name).filter(
    (one) => one.path !== to && !ELSEWHERE.test(one.path) && !/ignore$/.test(one.path) && word.test(one.text),
  )
  return found.sort((a, b) => Number(isDocument(a.path)) - Number(isDocument(b.path)))
}

const isDocument = (path: string): boolean => /\.(?:md|mdx|rst|adoc|txt)$/i.test(path)
