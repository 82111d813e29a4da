import { LAUNCHER } from '../agents/install/entries.ts'
import { MARKS } from '../agents/install/host-files.ts'
import { changedLines } from '../config/changed-lines.ts'
import { detect } from '../config/detect.ts'
import { wantedFiles } from '../config/detect-files.ts'
import { encodeApp } from '../config/encode-app.ts'
import type { WrittenLedger } from '../config/ledger-line.ts'
import { mergedApp } from '../config/merge.ts'
import { parseConfig } from '../config/parse.ts'
import { renderConfig } from '../config/render.ts'
import type { Trial } from '../config/render-test.ts'
import type { Settings, Smoke } from '../config/settings.ts'
import { settleTest } from '../config/settle-proof.ts'
import type { ReadFile } from '../config/sight.ts'
import type { SeenFiles, Suggestion } from '../config/suggestion.ts'
import type { Emit } from '../events.ts'
import type { Prompter } from '../ports.ts'
import { type Chosen, choosePlace, type Wanted } from './init-place.ts'
import { branchOf, howShared, type Sharing } from './sharing.ts'

/** What `init` needs of the world. Paths are relative to the repository's top level. */
export interface InitContext {
  /** Files that git tracks or would track. */
  paths: readonly string[]
  read: ReadFile
  /** Replaces or makes a file. */
  write(path: string, text: string): Promise<void>
  /** Runs one smoke as TEST would, at most once with the values injected; what it says is masked. */
  trySmoke(smoke: Smoke, env: Settings['env']): Promise<Trial>
  /** Makes the ledger of an app in this clone, or finds the one it has. @returns its id */
  ledger(app: string): Promise<string>
  sharing: Sharing
  wanted: Wanted
  /** Null where nobody can be asked. */
  prompt: Prompter | null
  emit: Emit
  force: boolean
  /** Only shows what would be written. */
  dryRun: boolean
}

const NAMES = ['safe-deploy.yml', 'safe-deploy.yaml'] as const

const existing = async (read: ReadFile): Promise<{ file: string; text: string | null }> => {
  for (const file of NAMES) {
    const text = await read(file)
    if (text !== null) return { file, text }
  }
  return { file: NAMES[0], text: null }
}

/** Reads what detection wants; one that cannot be read is as good as not there. */
const gather = async ({ paths, read }: InitContext): Promise<SeenFiles> => {
  const texts = new Map<string, string | null>()
  for (const path of wantedFiles(paths)) texts.set(path, await read(path).catch(() => null))
  return { paths, text: (path) => texts.get(path) ?? null }
}

type Ledgers = Map<string, WrittenLedger>

/** What the file there says of the apps' ledgers: one that was made is kept. */
const knownLedgers = (text: string | null, { apps }: Suggestion): Ledgers => {
  const written = text === null ? null : parseConfig(text, '').salvaged
  const known: Ledgers = new Map()
  for (const { app, key } of apps) {
    const said = mergedApp(written, written?.apps?.[key] ? key : null).ledger
    const logs = said?.logs === 'none' ? said.logs : null
    if (app !== null && said?.id) known.set(app, { remote: said.remote ?? null, id: said.id, ref: said.ref ?? null, logs })
  }
  return known
}

const isShared = (ledger: WrittenLedger | undefined): boolean => !!ledger && ledger.remote !== null && ledger.remote !== 'none'

/**
 * Makes the ledgers that are not there yet, and shares those that are to be shared. One that a remote holds already is the one.
 * @returns what is to be said of them
 */
const makeLedgers = async (ctx: InitContext, { apps }: Suggestion, ledgers: Ledgers): Promise<string[]> => {
  const said: string[] = []
  const names: string[] = []
  for (const { app } of apps) {
    if (app === null || isShared(ledgers.get(app))) continue
    const used = ctx.wanted === null && !ledgers.has(app) ? await ctx.sharing.used(app) : null
    if (used === null) names.push(app)
    else said.push(await shareOne(ctx, app, { remote: used, takes: 'any', logs: null }, ledgers))
  }
  if (names.length === 0) return said
  const chosen = await choosePlace(ctx)
  said.push(...chosen.says)
  for (const app of names) {
    const known = ledgers.get(app)
    if (chosen.remote !== null) said.push(await shareOne(ctx, app, { ...chosen, remote: chosen.remote }, ledgers))
    else if (!known) ledgers.set(app, { remote: 'none', id: await ctx.ledger(app), ref: null, logs: null })
  }
  return said
}

const shareOne = async (
  { sharing }: InitContext,
  app: string,
  { remote, takes, logs }: Pick<Chosen, 'takes' | 'logs'> & { remote: string },
  ledgers: Ledgers,
) => {
  const id = ledgers.get(app)?.id ?? null
  const ref = takes === 'heads' ? branchOf(encodeApp(app)) : null
  const shared = await sharing.bring(app, { remote, ref }, { own: id, there: id })
  ledgers.set(app, { remote, id: shared.id, ref, logs })
  return howShared(shared, app)
}

const tryFirst = async (ctx: InitContext, { smokes, envFiles }: Suggestion): Promise<Trial | null> => {
  const first = smokes[0]
  if (!first) return null
  const { env, smoke } = settleTest({ smoke: [{ name: first.name, run: first.run }] }, '', envFiles)
  ctx.emit({
    type: 'said',
    stage: null,
    tone: 'plain',
    text: `Running \`${first.run}\` once, to see whether the app loads its env itself.`,
  })
  return smoke[0] ? await ctx.trySmoke(smoke[0], env) : null
}

const report = (ctx: InitContext, title: string, lines: string[], data: unknown): number => {
  ctx.emit({ type: 'report', title, lines, data })
  return 0
}

const TRIED: Readonly<Record<Trial['verdict'], string>> = {
  passes: 'passes, so the app loads its env itself',
  'env-not-loaded':
    'passes only with the env files’ values handed to it; they are listed under test.env.inject: right only if the platform injects them',
  fails: 'fails; it is in the file as a comment until it is mended',
}

const findings = ({ apps, envFiles, smokes, protect, hints }: Suggestion, trial: Trial | null): string[] => [
  apps.length === 0
    ? 'no fly.toml: name a target in it, or run fly launch --no-deploy first'
    : `apps: ${apps.map(({ app, config }) => app ?? config).join(', ')}`,
  ...apps
    .filter(({ url }) => url === null)
    .map(({ key }) => `${key} answers no HTTP: only a probe of its work can prove a deploy (verify.probes, progress)`),
  envFiles.length === 0 ? 'no .env here' : `env files: ${envFiles.join(', ')}`,
  ...(smokes[0]
    ? [`smoke: ${smokes[0].run} ${trial ? TRIED[trial.verdict] : 'was not run'}`]
    : ['no command found that shows that the app works; add one under test.smoke']),
  ...protect.map(({ file, keeps }) => `protected: ${keeps} in ${file}`),
  ...hints,
]

/** Where agents work and nothing of ours stands in front of them yet. */
const agentsHint = (paths: readonly string[]): string[] => {
  const marks = Object.values(MARKS).flat()
  const seen = paths.find((path) => marks.some((mark) => (mark.endsWith('/') ? path.startsWith(mark) : path === mark)))
  return seen === undefined || paths.includes(LAUNCHER)
    ? []
    : [`agents work here (${seen}): safe-deploy init --agents puts hooks before their deploys`]
}

const thereAlready = (ctx: InitContext, file: string, old: string, fresh: string, suggestion: Suggestion): number => {
  const lines = changedLines(old, fresh)
  const what =
    lines.length === 0 ? ['--force would write the same again.'] : ['--force would change (the smoke was not run again):', ...lines]
  const share = ctx.wanted !== null && ctx.wanted !== 'no' ? ['To share the ledger that it names: safe-deploy ledger share'] : []
  return report(ctx, `${file} is there; nothing was written.`, [...what, ...share], { file, written: false, changes: lines, suggestion })
}

/**
 * Writes a commented safe-deploy.yml from what the repository shows, and makes the ledger that it names. Runs the best smoke once.
 * A file that is there stays as it is without `force`; then only what `force` would change is told.
 * @returns the exit code, 0
 * @throws what choosing a place for the ledger, making it there and writing throw
 */
export const initCommand = async (ctx: InitContext): Promise<number> => {
  const { file, text } = await existing(ctx.read)
  const suggestion = await detect(await gather(ctx))
  const ledgers = knownLedgers(text, suggestion)
  if (text !== null && !ctx.force) return thereAlready(ctx, file, text, renderConfig({ suggestion, ledgers, trial: null }), suggestion)
  if (ctx.dryRun) {
    const fresh = renderConfig({ suggestion, ledgers, trial: null })
    return report(ctx, `${file} would be:`, fresh.split('\n'), { file, written: false, text: fresh, suggestion })
  }
  const ledgerLines = await makeLedgers(ctx, suggestion, ledgers)
  const trial = await tryFirst(ctx, suggestion)
  const fresh = renderConfig({ suggestion, ledgers, trial })
  await ctx.write(file, fresh)
  const lines = [
    ...findings(suggestion, trial),
    ...ledgerLines,
    ...agentsHint(ctx.paths),
    `Next: read ${file}, commit it, then safe-deploy plan.`,
  ]
  return report(ctx, `${file} was ${text === null ? 'written' : 'replaced'}.`, lines, { file, written: true, trial, suggestion })
}
