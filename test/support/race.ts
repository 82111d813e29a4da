import { createInterface } from 'node:readline'
import { makeGit } from '../../src/adapters/git.ts'
import { guardFiles } from '../../src/adapters/guard-files.ts'
import { makeLedger } from '../../src/ledger/ledger.ts'
import { privateFolder } from '../../src/ledger/private.ts'
import { makeStore } from '../../src/ledger/store.ts'

/**
 * A process that races others for one append: reads the tip, says `ready`, waits for a line, appends on that tip and says `won` or `lost`.
 * Arguments: common dir, a number of its own, and whether it then tries again until it has won (`again`).
 */
const [commonDir = '', number = '0', mode = 'once'] = process.argv.slice(2)
const folder = privateFolder(commonDir)
const git = makeGit({ cwd: '/', env: process.env })
const ledger = makeLedger({
  store: makeStore({ git, files: guardFiles, gitDir: folder.ledgerGit, app: 'everflow' }),
  files: guardFiles,
  folder,
  clock: { now: () => Date.now(), sleep: async () => undefined },
  by: { name: `racer ${number}`, via: 'ci', host: 'track' },
  mask: (text) => text,
  app: 'everflow',
  configuredId: null,
})

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const freeze = { type: 'freeze.set', until: '2027-01-01T00:00:00.000Z', because: `racer ${number}` } as const

const input = createInterface({ input: process.stdin })
const tip = await ledger.read()
say('ready')
await new Promise((go) => input.once('line', go))
input.close()
let appended = await ledger.append(tip, [freeze])
say(appended.won ? 'won' : 'lost')
while (mode === 'again' && !appended.won) appended = await ledger.append(await ledger.read(), [freeze])
say('done')
