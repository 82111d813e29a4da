import { type Bound, boundsOf, ceilingOf } from './ceiling.ts'
import type { Range } from './range.ts'
import { numbersOf } from './versions.ts'

/** How specifiers of PEP 440 are read, and Poetry's own `^`, `~`, `*` and `||`, which become such. */
export const loadPythonRanges = async (): Promise<(constraint: string) => Range | null> => {
  const { default: pep440 } = await import('@renovatebot/pep440')
  return (constraint) => {
    const branches = plain(constraint)
      .split('||')
      .map((branch) => specifierOf(branch.trim()))
    if (branches.some((branch) => branch !== '' && !pep440.validRange(branch))) return null
    if (branches.includes('')) return { admits: () => true, ceiling: 'any version' }
    return {
      admits: (version) =>
        pep440.valid(version) === null ? null : branches.some((branch) => pep440.satisfies(version, branch, { prereleases: true })),
      ceiling: ceilingOf(branches.map((branch) => boundsOf(branch.split(',').flatMap(boundOf)))),
    }
  }
}

/** Without name, extras, brackets and markers of PEP 508, where a lockfile keeps them. */
const plain = (constraint: string): string =>
  (constraint.split(';')[0] ?? '')
    .replace(/^\s*[A-Za-z][\w.-]*\s*(?:\[[^\]]*\])?\s*(?=[<>=!~(^*]|$)/, '')
    .replace(/^\s*\(([^()]*)\)\s*$/, '$1')
    .replace(/\|\|?/g, '||')

const specifierOf = (branch: string): string =>
  branch
    .replace(/([<>=!~^])\s+/g, '$1')
    .split(/[\s,]+/)
    .flatMap((part) => (part === '' || part === '*' ? [] : translate(part)))
    .join(',')

const translate = (part: string): string => {
  const [, operator, version = ''] = /^(\^|~(?!=)|=(?!=))?(.*)$/.exec(part) ?? []
  if (operator === '^') return `>=${version},<${endOfCaret(version)}`
  if (operator === '~') return `>=${version},<${endOfTilde(version)}`
  return operator === '=' || /^\d/.test(version) ? `==${version}` : part
}

/** `^0.2.3` ends below 0.3, `^1.2` below 2. */
const endOfCaret = (version: string): string => {
  const numbers = numbersOf(version, version.split('.').length)
  const first = numbers.findIndex((number) => number !== 0)
  const at = first === -1 ? numbers.length - 1 : first
  return [...numbers.slice(0, at), numbers[at]! + 1].join('.')
}

const endOfTilde = (version: string): string => {
  const [major = 0, minor = 0] = numbersOf(version, 2)
  return version.includes('.') ? `${major}.${minor + 1}` : `${major + 1}`
}

const boundOf = (specifier: string): Bound[] => {
  const [, operator = '', version = ''] = /^(===?|~=|!=|<=|>=|<|>)\s*(.*)$/.exec(specifier.trim()) ?? []
  const numbers = numbersOf(version, version.split('.').length)
  if (operator === '!=' || operator === '') return []
  if (operator === '<') return [{ kind: 'below', numbers }]
  if (operator === '<=') return [{ kind: 'up-to', numbers }]
  return [{ kind: operator === '>' || operator === '>=' ? 'from' : 'within', numbers }]
}
