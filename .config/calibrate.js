// Scores READ on public history: `npm run calibrate -- --clones FILE.json [--only breaking,ordinary,majors,fly] [--held-out] [--all]`.
// FILE.json names a git folder by repository ("owner/name"); what it does not name is left out and counted. The corpus holds SHAs and expectations,
// no code. About a third of it is held out: it is scored apart, and not looked at while a rule is tuned.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'

const BIN = new URL('../bin/safe-deploy.js', import.meta.url).pathname
const CORPUS = new URL('../test/calibration/', import.meta.url).pathname

const { values: flags } = parseArgs({
  options: {
    clones: { type: 'string', multiple: true },
    only: { type: 'string' },
    'held-out': { type: 'boolean' },
    all: { type: 'boolean' },
    verbose: { type: 'boolean' },
  },
})
const folders = Object.assign({}, ...(flags.clones ?? []).map((file) => JSON.parse(readFileSync(file, 'utf8'))))
const wanted = (part) => !flags.only || flags.only.split(',').includes(part)
const room = mkdtempSync(join(tmpdir(), 'safe-deploy-calibrate-'))
process.on('exit', () => rmSync(room, { recursive: true, force: true }))

/** Entries that count in this run and whose repository is here. */
const corpus = (name) => {
  const entries = parse(readFileSync(join(CORPUS, `${name}.yml`), 'utf8')).filter(
    (entry) => flags.all || Boolean(entry.held_out) === Boolean(flags['held-out']),
  )
  const here = entries.filter(({ repo }) => repo in folders)
  if (here.length < entries.length)
    console.log(`${name}: ${entries.length - here.length} of ${entries.length} left out, not among the clones`)
  return here
}

/** A clone without a work tree that shares the objects: nothing of the given folder is touched. */
const cloneOf = (repo) => {
  const folder = join(room, repo.replace('/', '+'))
  if (spawnSync('git', ['-C', folder, 'rev-parse'], { stdio: 'ignore' }).status === 0) return folder
  mkdirSync(folder, { recursive: true })
  const ran = spawnSync('git', ['clone', '--quiet', '--shared', '--no-checkout', folders[repo], folder], { encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(`${repo}: ${ran.stderr}`)
  return folder
}

const judge = ({ repo, base, commit }) =>
  new Promise((resolve) => {
    const argv = [BIN, 'plan', '--json', `--base=${base ?? `${commit}^`}`, `--head=${commit}`]
    const child = spawn(process.execPath, argv, { cwd: cloneOf(repo), stdio: ['ignore', 'pipe', 'inherit'] })
    const chunks = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.on('close', () => {
      const lines = Buffer.concat(chunks).toString('utf8').trim().split('\n')
      const events = lines.map((line) => JSON.parse(line))
      resolve({
        findings: events.filter(({ type }) => type === 'finding'),
        majors: events.find(({ type }) => type === 'change.read')?.majors ?? [],
        refused: events.find(({ type }) => type === 'refused')?.what ?? null,
      })
    })
  })

/** Judges all, a few at a time, in order. */
const judgeAll = async (entries) => {
  const judged = []
  let next = 0
  const work = async () => {
    for (let at = next++; at < entries.length; at = next++) judged[at] = await judge(entries[at])
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return entries.map((entry, i) => ({ entry, ...judged[i] }))
}

const share = (part, all) => `${part} of ${all} (${all === 0 ? '–' : ((100 * part) / all).toFixed(1)} %)`
const name = ({ repo, commit }) => `${repo} ${commit.slice(0, 10)}`
const told = ({ severity, rule, subject, place }) => `${severity} ${rule}:${subject}${place ? ` @${place.file}:${place.line ?? ''}` : ''}`
const stops = ({ severity }) => severity === 'ask' || severity === 'block'
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

const breaking = async () => {
  const results = await judgeAll(corpus('breaking'))
  const negative = results.filter(({ entry }) => entry.class === 'negative')
  const meets = (finding, { file, rules, about }) =>
    rules.some((rule) => (rule.endsWith('*') ? finding.rule.startsWith(rule.slice(0, -1)) : finding.rule === rule)) &&
    (finding.place?.file === file || finding.subject.includes(file) || finding.fact.includes(file)) &&
    (about === undefined || `${finding.subject} ${finding.fact}`.includes(about))
  const asked = results
    .filter(({ entry }) => entry.class !== 'negative')
    .flatMap((result) =>
      result.entry.expect.map((expect) => ({ ...result, expect, met: result.findings.some((one) => meets(one, expect)) })),
    )
  const missed = asked.filter(({ met }) => !met)
  console.log(`breaking: named with the right file ${share(asked.length - missed.length, asked.length)}`)
  const classes = [...new Set(asked.map(({ entry }) => entry.class))].sort()
  for (const one of classes) {
    const of = asked.filter(({ entry }) => entry.class === one)
    console.log(`  ${one.padEnd(18)} ${share(of.filter(({ met }) => met).length, of.length)}`)
  }
  for (const { entry, expect, findings, refused } of missed) {
    console.log(`  missed ${name(entry)} ${entry.class}: ${expect.rules.join('|')} ${expect.file} ${expect.about ?? ''}`)
    if (flags.verbose) console.log(`    said: ${refused ?? (findings.map(told).join('; ') || 'nothing')}`)
  }
  const loudest = ({ entry, findings }) => findings.filter((one) => (entry.quiet === 'block' ? one.severity === 'block' : stops(one)))
  const loud = negative.filter((result) => loudest(result).length > 0)
  console.log(`negative: quiet ${share(negative.length - loud.length, negative.length)}`)
  for (const result of loud) console.log(`  loud ${name(result.entry)}: ${loudest(result).map(told).join('; ')}`)
}

const ordinary = async () => {
  const results = await judgeAll(corpus('ordinary'))
  const asking = results.filter(({ findings }) => findings.some(stops))
  const warning = results.filter(({ findings }) => findings.some((one) => one.severity !== 'note'))
  console.log(`ordinary: ask or block ${share(asking.length, results.length)}, goal 2 %`)
  console.log(`ordinary: warn or more ${share(warning.length, results.length)}, goal 10 %`)
  console.log(`ordinary: median ${median(results.map(({ findings }) => findings.length))} findings, goal 0`)
  const refused = results.filter((one) => one.refused)
  for (const { entry, refused: why } of refused) console.log(`  refused ${name(entry)}: ${why}`)
  const counts = new Map()
  for (const { findings } of results) {
    for (const key of new Set(findings.map(({ severity, rule }) => `${severity} ${rule}`))) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  for (const [key, n] of [...counts].sort((a, b) => b[1] - a[1])) console.log(`  ${String(n).padStart(4)}  ${key}`)
  for (const { entry, findings } of flags.verbose ? warning : asking) {
    console.log(
      `  ${name(entry)}: ${findings
        .filter((one) => one.severity !== 'note')
        .map(told)
        .join('; ')}`,
    )
  }
}

/** A crossing as one line, for comparing as sets. */
const key = ({ name, from, to, kind, copy }) => `${name} ${from} ${to} ${kind ?? copy}`

const majors = async () => {
  const results = await judgeAll(corpus('majors'))
  const wrong = results.flatMap(({ entry, majors: said, refused }) => {
    const seen = new Map(said.filter(({ lockfile }) => lockfile === entry.lockfile).map((one) => [key(one), one]))
    const expected = new Map(entry.majors.map((one) => [key(one), one]))
    const problems = [
      ...(refused ? [`refused: ${refused}`] : []),
      ...[...expected.keys()].filter((one) => !seen.has(one)).map((one) => `missing ${one}`),
      ...[...seen.keys()].filter((one) => !expected.has(one)).map((one) => `unknown ${one}`),
      ...['direct', 'dev'].flatMap((side) =>
        [...expected].flatMap(([one, { [side]: is }]) => {
          const found = seen.get(one)?.[side]
          return is === null || found === undefined || found === is ? [] : [`${one}: ${side} ${found}, not ${is}`]
        }),
      ),
    ]
    return problems.length > 0 ? [{ entry, problems }] : []
  })
  console.log(
    `majors: exact on ${share(results.length - wrong.length, results.length)} commits, ${results.reduce((n, { entry }) => n + entry.majors.length, 0)} crossings`,
  )
  for (const family of [...new Set(results.map(({ entry }) => entry.family))].sort()) {
    const all = results.filter(({ entry }) => entry.family === family).length
    const bad = wrong.filter(({ entry }) => entry.family === family).length
    console.log(`  ${family.padEnd(18)} ${share(all - bad, all)}`)
  }
  for (const { entry, problems } of wrong)
    console.log(`  ${name(entry)} ${entry.lockfile}: ${problems.slice(0, flags.verbose ? 50 : 3).join('; ')}`)
}

const fly = async () => {
  const results = await judgeAll(corpus('fly-repos').map((entry) => ({ ...entry, commit: entry.head })))
  const blocks = results.filter(({ findings }) => findings.some(({ severity }) => severity === 'block'))
  console.log(
    `20 commits of repositories with a fly.toml: ${blocks.length} of ${results.length} blocked, median ${median(results.map(({ findings }) => findings.filter(({ severity }) => severity === 'note').length))} notes, median ${median(results.map(({ findings }) => findings.length))} findings`,
  )
  for (const { entry, findings, refused } of results) {
    console.log(
      `  ${name(entry)}: ${
        refused ??
        `${findings.length} findings; ${findings
          .filter((one) => one.severity !== 'note')
          .map(told)
          .join('; ')}`
      }`,
    )
  }
}

for (const [part, score] of Object.entries({ breaking, ordinary, majors, fly })) if (wanted(part)) await score()
