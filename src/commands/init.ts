import { changedLines } from '../config/changed-lines.ts'
import { detect } from '../config/detect.ts'
import { wantedFiles } from '../config/detect-files.ts'
import { mergedApp } from '../config/merge.ts'
import { parseConfig } from '../config/parse.ts'
import { renderConfig } from '../config/render.ts'
import type { Trial } from '../config/render-test.ts'
import type { Settings, Smoke } from '../config/settings.ts'
import { settleTest } from '../config/settle-proof.ts'
import type { ReadFile } from '../config/sight.ts'
import type { SeenFiles, Suggestion } from '../config/suggestion.ts'
import type { Emit } from '../events.ts'

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

/** Ledger ids that the file there names, by app: a ledger once made is kept. */
const knownLedgers = (text: string | null, { apps }: Suggestion): Map<string, string> => {
  const written = text === null ? null : parseConfig(text, '').salvaged
  const id = (key: string) => mergedApp(written, written?.apps?.[key] ? key : null).ledger?.id
  return new Map(
    apps.flatMap(({ app, key }) => (app === null ? [] : ([[app, id(key)]] as const))).flatMap(([app, one]) => (one ? [[app, one]] : [])),
  )
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

const thereAlready = (ctx: InitContext, file: string, old: string, fresh: string, suggestion: Suggestion): number => {
  const lines = changedLines(old, fresh)
  const what =
    lines.length === 0 ? ['--force would write the same again.'] : ['--force would change (the smoke was not run again):', ...lines]
  return report(ctx, `${file} is there; nothing was written.`, what, { file, written: false, changes: lines, suggestion })
}

/**
 * Writes a commented safe-deploy.yml from what the repository shows, and makes the ledger that it names. Runs the best smoke once.
 * A file that is there stays as it is without `force`; then only what `force` would change is told.
 * @returns the exit code, 0
 * @throws what making the ledger and writing throw
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
  const trial = await tryFirst(ctx, suggestion)
  for (const { app } of suggestion.apps) if (app !== null && !ledgers.has(app)) ledgers.set(app, await ctx.ledger(app))
  const fresh = renderConfig({ suggestion, ledgers, trial })
  await ctx.write(file, fresh)
  const lines = [...findings(suggestion, trial), `Next: read ${file}, commit it, then safe-deploy plan.`]
  return report(ctx, `${file} was ${text === null ? 'written' : 'replaced'}.`, lines, { file, written: true, trial, suggestion })
}
