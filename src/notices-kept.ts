import type { PrivateFolder } from './ledger/private.ts'
import { type Book, RECENT } from './notifiers/book.ts'
import { parseBook } from './notifiers/parse-book.ts'
import type { Files } from './ports.ts'
import { differentHex } from './random.ts'

/** A refused attempt that is in no shared book yet. */
export interface Mark {
  /** The incident that refused it. */
  key: string
  mark: string
}

/** More are not kept: somebody is typing in a loop; and of more a book could not tell later which it has counted. */
const AT_MOST = RECENT
const LIMIT = 1024 * 1024

/** What this clone keeps of what was told, beside its ledger. Never throws: a notice is not worth a failed command. */
export interface Kept {
  read(): Promise<Book>
  write(book: Book): Promise<void>
  /** Refusals that wait: a file each, so that no process undoes what another one adds. */
  refused(): Promise<Mark[]>
  refuse(key: string): Promise<void>
  forget(marks: readonly Mark[]): Promise<void>
}

/** @param app encoded for a ref */
export const makeKept = (files: Files, folder: PrivateFolder, app: string): Kept => {
  const refusals = folder.refusals(app)
  const names = async (): Promise<string[]> =>
    (await files.list(refusals).catch(() => [])).filter((name) => /^[\w%-]+\.[0-9a-f]+$/.test(name))
  return {
    read: async () => parseBook(await files.readText(folder.notices(app), LIMIT).catch(() => null)),
    write: (book) => files.writeCache(folder.notices(app), `${JSON.stringify(book)}\n`).catch(() => undefined),
    refused: async () => (await names()).map((name) => ({ key: name.split('.')[0]!, mark: name.split('.')[1]! })),
    refuse: async (key) => {
      if ((await names()).length >= AT_MOST) return
      await files.writeCache(`${refusals}/${key}.${differentHex().slice(0, 12)}`, '').catch(() => undefined)
    },
    forget: async (marks) => {
      for (const { key, mark } of marks) await files.remove(`${refusals}/${key}.${mark}`).catch(() => undefined)
    },
  }
}
