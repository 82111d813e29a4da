import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openJournal } from '../../src/adapters/journal.ts'
import { isGuardError } from '../../src/errors.ts'

/** A process of its own with a journal. It prints a line for each number that is on disk, and does what it is told. */
const [folder = '', first = '1', width = '32', bytes = '300'] = process.argv.slice(2)
const ids: number[] = []
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const applied = (entry: object): void => {
  const { t, id, state } = entry as { t: string; id: number; state: { ids: number[] } }
  if (t === 'snapshot') ids.splice(0, ids.length, ...state.ids)
  else ids.push(id)
}

const opened = await openJournal({
  ...{ folder, segmentBytes: 100_000, keepMs: 1e12, keepBytes: 2e7, now: Date.now, snapshot: () => ({ ids }) },
  onEntry: applied,
}).catch((error: unknown) => {
  say(isGuardError(error) ? `refused ${error.refusal.code} ${error.refusal.why[0]}` : `failed ${error}`)
  process.exit(1)
})

const next = { id: Number(first) }
const put = async (): Promise<void> => {
  const id = next.id++
  ids.push(id)
  await opened.append({ t: 'held', at: Date.now(), id, pad: 'x'.repeat(Number(bytes)) }).then(
    () => say(String(id)),
    (error: { code: string }) => {
      ids.splice(ids.lastIndexOf(id), 1)
      say(`not ${id} ${error.code}`)
    },
  )
}

/** Appends without end. Never more than so many at once. */
const flood = async (): Promise<void> => {
  for (;;) await put()
}

const FILLER = join(folder, '..', 'filler')
const COMMANDS: Readonly<Record<string, () => Promise<void> | void>> = {
  flood: () => Promise.all(Array.from({ length: Number(width) }, flood)).then(() => {}),
  put: async () => {
    await Promise.all(Array.from({ length: Number(width) }, put))
    say('done')
  },
  fill: () => {
    try {
      for (;;) writeFileSync(FILLER, 'x'.repeat(512), { flag: 'a' })
    } catch (error) {
      say((error as { code: string }).code)
    }
  },
  free: () => {
    rmSync(FILLER)
    say(String(readdirSync(folder).length))
  },
  close: async () => {
    await opened.close()
    process.exit(0)
  },
}

say('open')
createInterface({ input: process.stdin }).on('line', (line) => void COMMANDS[line]?.())
