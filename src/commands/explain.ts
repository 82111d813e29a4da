import type { Explained } from '../checklist/explain.ts'
import type { Rule } from '../checklist/rule.ts'
import { nearest } from '../config/nearest.ts'
import { CODES, type Code, next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'
import { exampleLines } from './explain-example.ts'

export interface ExplainSources {
  rule(id: string): Explained
  rules(): readonly Rule[]
  /** The keys of safe-deploy.yml, a line each. */
  config(): string[]
  emit: Emit
}

/**
 * `safe-deploy explain RULE | CODE | config`; without a word it lists the rules.
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
  if (word === 'config') return { title: 'safe-deploy.yml', lines: sources.config(), data: { keys: sources.config() } }
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

const codeTold = (code: Code): Told => {
  const [exit, meaning] = CODES[code]
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
