import type { Explained } from '../checklist/explain.ts'
import type { Rule } from '../checklist/rule.ts'
import { nearest } from '../config/nearest.ts'
import { CODES, type Code, next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'
import { exampleLines } from './explain-example.ts'
import { MEANINGS } from './meanings.ts'

export interface ExplainSources {
  rule(id: string): Explained
  rules(): readonly Rule[]
  /** The keys of safe-deploy.yml, a line each. */
  config(): string[]
  /** The same of relay.yml. */
  relay(): string[]
  emit: Emit
}

/**
 * `safe-deploy explain RULE | CODE | config | relay | json`; without a word it lists the rules.
 * @throws USAGE naming the nearest rule or code
 */
export const explain = (sources: ExplainSources, word: string | null): number => {
  const { emit } = sources
  const told = word === null ? list(sources) : one(sources, word)
  emit({ type: 'report', ...told })
  return 0
}

interface Told {
  title: string
  lines: string[]
  data: unknown
}

const list = (sources: ExplainSources): Told => {
  const rules = [...sources.rules()].sort((a, b) => (a.id < b.id ? -1 : 1))
  const width = Math.max(0, ...rules.map((rule) => rule.id.length))
  return {
    title: `Rules (${rules.length}); safe-deploy explain RULE says more, also of codes and of config`,
    lines: rules.map((rule) => `${rule.id.padEnd(width)}  ${rule.severity.padEnd(5)}  ${rule.why}`),
    data: rules.map(({ id, stage, severity, why, lifecycle }) => ({ id, stage, severity, why, lifecycle })),
  }
}

const one = (sources: ExplainSources, word: string): Told => {
  if (word === 'json') return { title: '--json, version 1', lines: JSON_LINES, data: { v: 1, lines: JSON_LINES } }
  if (word === 'config') return { title: 'safe-deploy.yml', lines: sources.config(), data: { keys: sources.config() } }
  if (word === 'relay') return { title: 'relay.yml', lines: sources.relay(), data: { keys: sources.relay() } }
  const code = word.toUpperCase().replaceAll('-', '_')
  if (code in CODES && (word === word.toUpperCase() || !sources.rule(word).known)) return codeTold(code as Code)
  const found = sources.rule(word.split(':')[0] ?? word)
  if (found.known) return ruleTold(found.rule)
  const meant = found.nearest ?? nearest(code, Object.keys(CODES))
  throw refuse('USAGE', {
    what: `There is no rule and no code ${JSON.stringify(word)}.`,
    next: [...(meant ? [next('probably meant', ['safe-deploy', 'explain', meant])] : []), next('all rules', ['safe-deploy', 'explain'])],
  })
}

/** The shape of `--json`, for who reads it. */
const JSON_LINES = [
  'One JSON object a line on stdout, each with v (1), seq (from 1), at and type; new fields may come, a new v breaks. No tool prints between them.',
  'done      the last line: ok, command, app, exit, code, result or error {code, message, who, fix}, next, ms. Read it alone, and you know.',
  'next      [{argv, needs, says}]: a command as an argv; each of needs is typed as FLAG=TEXT behind it, in front of a -- in it.',
  'refused   why it ended: code (safe-deploy explain CODE), exit, what, why[], who can lift it, next.',
  'finding   rule, subject, severity, fact, why, fix[], flag that answers it here; run: true where an agent shows a run beside it.',
  'plan.made digest (only of plan), findings, open; change.read: what changed. Long lists are cut, with NAME_total beside them.',
  'deploy.starts  before the tool runs: deadline_s (it is over by then), log, and next: how to come back when you cannot wait.',
  'heartbeat every 15 s (SAFE_DEPLOY_HEARTBEAT=SECONDS): stage, elapsed_ms, lines so far, last one, log.',
  'output    once for each tool that ended: source, name, lines, last[], log with all of it, masked.',
  'others    run.started, stage.started, stage.ended, said, waiting, probe.ended, recorded, live, halted, status, report.',
]

const codeTold = (code: Code): Told => {
  const [exit, meaning] = [CODES[code], MEANINGS[code]]
  return { title: `${code}, exit code ${exit}`, lines: [meaning], data: { code, exit, meaning } }
}

/** What answers a finding of each severity. */
const ANSWERED: Readonly<Record<Rule['severity'], string>> = {
  off: 'not looked for',
  note: 'shown, stops nothing',
  warn: 'shown, stops nothing',
  ask: 'stops until it is answered: --accept RULE:SUBJECT=REASON, or a Deploy-Accept: trailer',
  block: 'stops: --override RULE:SUBJECT=REASON by whom overrides: in safe-deploy.yml lets, by default a person',
}

const ruleTold = (rule: Rule): Told => ({
  title: `${rule.id} (${rule.severity}, ${rule.stage.toUpperCase()}, ${rule.lifecycle})`,
  lines: [
    `says: ${rule.say}`,
    `why:  ${rule.why}`,
    ...rule.fix.map((fix, i) => `${i === 0 ? 'do:  ' : 'or:  '} ${fix}`),
    ...rule.examples.fires.flatMap((example) => exampleLines('speaks', example)),
    ...rule.examples.silent.flatMap((example) => exampleLines('silent', example)),
    `as ${rule.severity}: ${ANSWERED[rule.severity]}`,
    ...(rule.answer === 'run' ? ['by an agent: with a run that shows it as well, which has to pass: --evidence-run=COMMAND'] : []),
    `change it: rules: { ${rule.id}: off | note | warn | ask | block } in safe-deploy.yml`,
  ],
  data: rule,
})
