/** A flag as data: what the parser, `--help` and the checks of both read. */
export interface Flag {
  /** Without the dashes. */
  name: string
  /** `switch` is given or not; `text` takes a value; `texts` may be given several times; `maybe` may stand alone or take `=VALUE`. */
  kind: 'switch' | 'text' | 'texts' | 'maybe'
  /** What the value is, in capitals; absent for a switch. */
  value?: string
  says: string
}

/** Flags as given: `true` for a switch or a `maybe` without a value. */
export type Flags = Readonly<Record<string, true | string | readonly string[]>>

const flag = (kind: Flag['kind'], name: string, says: string, value?: string): Flag => ({ name, kind, says, ...(value ? { value } : {}) })

/** A flag that is given or not. */
export const on = (name: string, says: string): Flag => flag('switch', name, says)
/** A flag with one value; the last one given holds. */
export const text = (name: string, value: string, says: string): Flag => flag('text', name, says, value)
/** A flag that may be given several times. */
export const texts = (name: string, value: string, says: string): Flag => flag('texts', name, says, value)
/** A flag that may stand alone. */
export const maybe = (name: string, value: string, says: string): Flag => flag('maybe', name, says, value)

/** Flags that every command takes, before or behind its name. */
export const GLOBAL: readonly Flag[] = [
  text('app', 'NAME', 'the app, where the place does not say which'),
  text('config', 'FILE', 'another safe-deploy.yml'),
  on('json', 'versioned events on stdout, one JSON object a line, the last says how it went (explain json)'),
  on('no-input', 'never ask; refuse and name the flag instead'),
  on('help', 'what the command does, its flags and examples'),
]

export const BECAUSE = text('because', 'TEXT', 'what it is for; the record keeps it')

/** Answers to findings. */
export const ANSWERS: readonly Flag[] = [
  texts('accept', 'RULE[:SUBJECT]=REASON', 'answer a finding that asks (repeatable)'),
  text('evidence-run', 'COMMAND', 'run it here and record how it ends; an agent’s answer about env loading counts only with it'),
  texts('override', 'RULE[:SUBJECT]=REASON', 'lift a block, budget, freeze, drift or ledger-unreachable; a person, recorded (repeatable)'),
]

/** True when a switch, or a `maybe` in any form, was given. */
export const given = (flags: Flags, name: string): boolean => flags[name] !== undefined

/** The value of a flag, or null. A `maybe` without a value is null as well: ask `given`. */
export const textOf = (flags: Flags, name: string): string | null => {
  const value = flags[name]
  return typeof value === 'string' ? value : null
}

/** All values of a repeatable flag. */
export const textsOf = (flags: Flags, name: string): string[] => {
  const value = flags[name]
  return typeof value === 'object' ? [...value] : []
}
