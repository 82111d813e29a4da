import { join } from 'node:path'
import type { Files } from '../../ports.ts'
import { type Evidence, parseEvidence } from './evidence.ts'

const MAX_BYTES = 1024 * 1024

/** Where this clone keeps what TEST found of an app. An app's name need not be a file name. */
export const evidencePath = (folder: string, app: string): string => join(folder, `${encodeURIComponent(app)}.json`)

/** Where results of `proves` are kept. */
export const controlsPath = (folder: string): string => join(folder, 'proves.json')

/** Reads a file of evidence; a sentence where it is none. */
export const readEvidence = async (files: Pick<Files, 'readText'>, path: string): Promise<Evidence | string> => {
  try {
    const text = await files.readText(path, MAX_BYTES)
    return text === null ? 'there is no such file' : parseEvidence(text)
  } catch {
    return 'it cannot be read'
  }
}

/** As text for people's eyes too: it travels between jobs. */
export const evidenceText = (evidence: Evidence): string => `${JSON.stringify(evidence, null, 2)}\n`
