import type { Fact, FileChange } from '../../model.ts'
import { isQuiet } from '../area.ts'
import { atMost, type Detector, fact, type Glimpse, type Sight, someOf } from '../sight.ts'
import { isBroken } from './broken.ts'
import { environmentOf, isWorkshop, siblingsOf } from './environment.ts'
import { mayBeSealed, sealedOf, UNKNOWN } from './formats.ts'
import { inWords, keyChange } from './key-change.ts'
import { plainNow } from './plain-now.ts'
import type { Touched } from './sealed.ts'
import { sealedGone } from './sealed-gone.ts'
import { speaksOf, statementOf } from './statement.ts'
import { stillRead, wantedFor } from './still-read.ts'

/** Files read of one change; a repository that is nothing but such files is not read whole. */
const MAX_FILES = 60

/** Changed files that may keep secrets encrypted. New ones and deleted ones are looked at where one file is one key. */
const candidates = ({ change, whole }: Pick<Glimpse, 'change' | 'whole'>): FileChange[] =>
  whole ? [] : change.files.filter((file) => !file.generated && mayBeSealed(file) && !isQuiet(file.path)).slice(0, MAX_FILES)

const oldPath = (file: FileChange): string => file.from ?? file.path

/** The encrypted files that a change touches, as far as they were read. */
const touchedBy = (glimpse: Pick<Glimpse, 'change' | 'whole' | 'text' | 'keys'>): Touched[] =>
  candidates(glimpse).flatMap((file): Touched[] => {
    const [old, fresh] = [textOf(glimpse, 'base', file), textOf(glimpse, 'candidate', file)]
    if (old === fresh) return []
    const [was, now] = [
      old === null ? null : sealedOf(oldPath(file), old, glimpse.keys),
      fresh === null ? null : sealedOf(file.path, fresh, glimpse.keys),
    ]
    return was || now ? [{ file, was, now, keys: keyChange(was, now) }] : []
  })

const textOf = (glimpse: Pick<Glimpse, 'text'>, side: 'base' | 'candidate', file: FileChange): string | null => {
  if ((side === 'base' && file.status === 'A') || (side === 'candidate' && file.status === 'D')) return null
  return glimpse.text(side, side === 'base' ? oldPath(file) : file.path)
}

/** Keys that one file loses and no other file of the change takes over. */
const goneFrom = (touched: readonly Touched[], one: Touched): string[] => {
  const elsewhere = new Set(touched.flatMap((other) => (other === one ? [] : (other.keys?.added ?? []).map(ownName))))
  return one.now === null && one.file.status === 'D' && one.was?.format !== 'Symfony'
    ? []
    : (one.keys?.removed ?? []).filter((key) => !elsewhere.has(ownName(key)))
}

const ownName = (key: string): string => key.slice(key.lastIndexOf('.') + 1)

/** Siblings of a file for another environment, for keys that it gains. */
const besides = ({ listing }: Pick<Glimpse, 'listing'>, { file, keys }: Touched): string[] => {
  const environment = environmentOf(file.path)
  if (file.status === 'D' || (keys?.added.length ?? 0) === 0 || environment === null || isWorkshop(environment)) return []
  return siblingsOf(file.path, listing.keys()).filter((path) => {
    const other = environmentOf(path)
    return other !== environment && !isWorkshop(other)
  })
}

const wants = (glimpse: Glimpse) => {
  const files = candidates(glimpse)
  if (files.length === 0) return {}
  const touched = touchedBy(glimpse)
  return {
    texts: [
      ...files.flatMap((file) => [['base', oldPath(file)] as const, ['candidate', file.path] as const]),
      ...touched.flatMap((one) => besides(glimpse, one).map((path) => ['candidate', path] as const)),
    ],
    mentions: touched.flatMap((one) => wantedFor(goneFrom(touched, one))),
  }
}

const facts = (sight: Sight): Fact[] => {
  const all = touchedBy(sight)
  if (all.length === 0) return []
  const broken = all.filter((one) => isBroken(one, textOf(sight, 'candidate', one.file)))
  const touched = all.filter((one) => !broken.includes(one))
  const blobs = new Set(all.flatMap(({ file }) => [file.path, oldPath(file)]))
  return atMost([
    ...broken.map(({ file: { path }, was }) => fact('secret-file-broken', path, { file: path, format: was!.format }, path)),
    ...touched.flatMap((one) => inPlain(sight, one)),
    ...unreadable(sight, touched),
    ...touched.flatMap((one) => readable(sight, one)),
    ...touched.flatMap((one) => read(sight, one, goneFrom(touched, one), (path) => blobs.has(path) || mayBeNamed(path))),
    ...touched.flatMap((one) => oneSided(sight, one)),
    ...touched.flatMap((one) => shadowing(sight, one)),
    ...sealedGone(sight, touched),
  ])
}

const mayBeNamed = (path: string): boolean => mayBeSealed({ path, opaque: false, added: [], removed: [] })

/** What was encrypted and now stands there for everybody. */
const inPlain = (sight: Sight, one: Touched): Fact[] => {
  const plain = plainNow(one, textOf(sight, 'candidate', one.file))
  if (plain === null) return []
  const { path } = one.file
  return [fact('secret-decrypted', path, { file: path, what: plain, format: one.was!.format }, path)]
}

/** Files that changed and show no names: those of one format of which the same is said are one fact, since one commit touches those of all environments. */
const unreadable = (sight: Sight, touched: readonly Touched[]): Fact[] => {
  const groups = new Map<string, Touched[]>()
  for (const one of touched) {
    if (one.keys !== null || one.was === null || one.now === null) continue
    const stated = saidOf(sight, one)
    const key = `${one.now.format}\n${stated}\n${one.now.format === UNKNOWN ? environmentOf(one.file.path) : ''}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups].map(([key, group]) => opaqueChanged(sight, group, key.split('\n') as [string, string]))
}

const saidOf = (sight: Sight, one: Touched): string => {
  if (isWorkshop(environmentOf(one.file.path))) return 'workshop'
  if (one.now?.format === UNKNOWN) return 'unknown'
  const stated = statementOf(sight, [one.file.path, oldPath(one.file)])
  return (stated === 'alone' || stated === 'with code') && hasShrunk(sight, one) ? 'shrunk' : stated
}

/** Has a file whose length is that of what is in it lost more than a quarter? */
const hasShrunk = (sight: Sight, { file, now }: Touched): boolean => {
  const [old, fresh] = [textOf(sight, 'base', file), textOf(sight, 'candidate', file)]
  return now?.format === 'Rails' && old !== null && fresh !== null && fresh.length < old.length * 0.75
}

const opaqueChanged = (sight: Sight, group: readonly Touched[], [format, stated]: [string, string]): Fact => {
  const { path } = group[0]!.file
  const data = {
    file: someOf(
      group.map(({ file }) => file.path),
      5,
    ),
    format,
    stated,
    size: group.length === 1 ? sizeOf(sight, group[0]!) : '',
  }
  return fact('opaque-changed', path, data, path)
}

/** ` (460 bytes → 484 bytes)`; nothing where the bytes are no text, whose length is not known here. */
const sizeOf = (sight: Sight, { file }: Touched): string => {
  const sides = (['base', 'candidate'] as const).map((side) => textOf(sight, side, file) ?? '')
  return sides.some((text) => text.includes('\ufffd')) ? '' : ` (${sides.map((text) => `${Buffer.byteLength(text)} bytes`).join(' → ')})`
}

const readable = (sight: Sight, one: Touched): Fact[] => {
  const { file, keys, now, was } = one
  if (!keys || file.status === 'D' || (file.status === 'A' && now?.format !== 'Symfony') || now === null) return []
  const what = inWords(keys)
  if (what === '') return []
  const environment = environmentOf(file.path)
  const touchesOld = keys.removed.length + keys.changed.length > 0 && was !== null && !isWorkshop(environment)
  const stated = () =>
    statementOf(sight, [file.path, oldPath(file)]) !== 'nothing' || speaksOf(sight, file.path, [...keys.removed, ...keys.changed])
  const silently = touchesOld && !stated() ? 'yes' : 'no'
  const data = { file: file.path, format: now.format, environment: environment === null ? '' : `, ${environment}`, what, silently }
  return [fact('secret-keys-changed', file.path, data, file.path)]
}

const read = (sight: Sight, { file }: Touched, gone: readonly string[], blobs: (path: string) => boolean): Fact[] =>
  gone.flatMap((key) => {
    const place = stillRead(sight, key, blobs)
    if (place === null) return []
    const data = { key, file: file.path, reader: place.path, line: place.line }
    return [fact('secret-key-still-read', `${file.path} ${key}`, data, place.path, place.line)]
  })

/** Keys that one environment gains and its sibling has not. */
const oneSided = (sight: Sight, one: Touched): Fact[] =>
  besides(sight, one).flatMap((path) => {
    const text = sight.text('candidate', path)
    const other = text === null ? null : sealedOf(path, text, sight.keys)?.keys
    if (!other) return []
    const has = new Set([...other.keys()].map(ownName))
    const missing = (one.keys?.added ?? []).filter((key) => !has.has(ownName(key)))
    if (missing.length === 0) return []
    const data = { file: one.file.path, other: path, keys: someOf(missing), environment: environmentOf(path) ?? path }
    return [fact('secret-key-one-sided', `${one.file.path} ${path}`, data, one.file.path)]
  })

/** Rails reads `credentials/<env>.yml.enc` where there is one, and then no longer `credentials.yml.enc`. */
const shadowing = ({ listing }: Sight, { file, now }: Touched): Fact[] => {
  const [, folder, environment] = /^(.*)credentials\/([\w-]+)\.yml\.enc$/.exec(file.path) ?? []
  if (folder === undefined || file.status !== 'A' || now?.format !== 'Rails' || isWorkshop(environmentOf(file.path))) return []
  const other = `${folder}credentials.yml.enc`
  return listing.has(other)
    ? [fact('secret-file-shadowed', file.path, { file: file.path, other, environment: environment! }, file.path)]
    : []
}

/** Encrypted files: what changed in them, as far as it can be read without a key. Never a value, nor its ciphertext. */
export const opaqueSecrets: Detector = { name: 'opaque-secrets', wants, facts }
