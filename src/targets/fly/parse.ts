import type { Release, Secret } from '../truth.ts'
import { findDocument, type Json, object, type Parsed, readAll, text, whole } from './document.ts'

const release = (one: Json): Release | string => {
  const id = text(one, 'ID', 'id')
  const version = whole(one, 'Version', 'version')
  if (id === null || version === null) return 'has no id and version'
  const user = object(one, 'User', 'user')
  return {
    id,
    version,
    status: text(one, 'Status', 'status') ?? 'unknown',
    image: text(one, 'ImageRef', 'imageRef', 'image_ref'),
    by: text(user, 'Email', 'email') ?? text(user, 'Name', 'name') ?? text(one, 'user'),
    at: text(one, 'CreatedAt', 'createdAt', 'created_at') ?? '',
  }
}

/** Reads `fly releases --json`; newest first by version, whatever order it came in. `InProgress` and `Stable` are never asked for, so they mean nothing. */
export const parseReleases = (printed: string): Parsed<Release[]> => {
  const read = readAll(printed, release)
  return read.ok ? { ok: true, value: read.value.sort((a, b) => b.version - a.version) } : read
}

const secret = (one: Json): Secret | string => {
  const name = text(one, 'name', 'Name')
  if (name === null) return 'has no name'
  return { name, digest: text(one, 'digest', 'Digest') ?? '', status: text(one, 'status', 'Status') ?? 'Unknown' }
}

/** Reads `fly secrets list --json`: names, the platform's opaque digests, and whether they are staged. It never holds values. */
export const parseSecrets = (printed: string): Parsed<Secret[]> => readAll(printed, secret)

/** The app as the platform names it. */
export interface AppStatus {
  name: string
  org: string | null
  hostname: string | null
}

/** Reads `fly status --json`. Its version may be that of a failed release, so it is left alone. */
export const parseStatus = (printed: string): Parsed<AppStatus> => {
  const found = findDocument(printed, 'object')
  if (!found.ok) return found
  const one = found.value as Json
  const name = text(one, 'Name', 'name', 'ID', 'id')
  if (name === null) return { ok: false, why: 'it names no app' }
  const org = object(one, 'Organization', 'organization')
  return { ok: true, value: { name, org: text(org, 'Slug', 'slug'), hostname: text(one, 'Hostname', 'hostname') } }
}
