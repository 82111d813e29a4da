import { describe, expect, test } from 'vitest'
import { instructions } from '../../src/agents/install/instructions.ts'
import { blockPart } from '../../src/agents/install/managed-block.ts'
import { partsFor } from '../../src/agents/install/parts.ts'
import { skillText } from '../../src/agents/install/skill.ts'
import { wholeFile } from '../../src/agents/install/whole-file.ts'
import { disciplineQuestions } from '../../src/checklist/discipline.ts'
import { pick, randomFrom } from '../support/random.ts'

const block = blockPart('AGENTS.md', '## Ours\n\n- one')

const put = (before: string | null) => {
  const judged = block.judge(before, null)
  if (!('text' in judged)) throw new Error(JSON.stringify(judged))
  return judged
}

const userText = (seed: number): string => {
  const random = randomFrom(seed)
  const lines = Array.from({ length: Math.floor(random() * 6) }, () =>
    pick(random, ['# Mine', '', '\ttabbed', '    four', 'é ✓', '<!-- note -->', '- safe-deploy']),
  )
  const eol = pick(random, ['\n', '\r\n'])
  return pick(random, ['', '\uFEFF']) + lines.join(eol) + pick(random, ['', eol, eol + eol])
}

describe('the block in an instruction file', () => {
  test('is made where there is no file, and the file goes with it', () => {
    const { text, kept, state } = put(null)
    expect(state).toBe('missing')
    expect(text).toMatch(/^<!-- BEGIN safe-deploy:[0-9a-f]{12}\b.* -->\n\n## Ours\n\n- one\n\n<!-- END safe-deploy -->\n$/)
    expect(block.judge(text, kept)).toEqual({ state: 'current' })
    expect(block.remove(text, kept)).toEqual({ text: null })
  })

  test('goes behind what is there, with its line ends and without a final newline where there was none, and comes out again', () => {
    for (let seed = 0; seed < 400; seed++) {
      const before = userText(seed)
      const { text, kept } = put(before)
      const told = JSON.stringify({ seed, before, text })
      expect(text.startsWith(before), told).toBe(true)
      expect(block.judge(text, kept), told).toEqual({ state: 'current' })
      expect(block.remove(text, kept), told).toEqual({ text: before })
      expect(block.remove(text, null), told).toEqual({ text: before })
      if (before.includes('\r\n')) expect(text.replaceAll('\r\n', ''), told).not.toContain('\n')
      if (before !== '') expect(text.endsWith('\n'), told).toBe(before.endsWith('\n'))
    }
  })

  test('of an older version is replaced where it stands, and nothing outside of it', () => {
    const old = put('# Mine\r\n').text.replace('- one', '- an old line')
    const judged = block.judge(`${old}\r\nafter it\r\n`, null)
    expect(judged).toMatchObject({
      state: 'outdated',
      text: `${put('# Mine\r\n').text}\r\nafter it\r\n`,
      note: 'the block was changed by hand',
    })
  })

  test('that is only of an older version is not called changed by hand', () => {
    const older = blockPart('AGENTS.md', '## As it was').judge('x\n', null)
    const judged = block.judge('text' in older ? older.text : '', null)
    expect(judged.state).toBe('outdated')
    expect(judged).not.toHaveProperty('note')
  })

  test('takes out nothing but itself where a user wrote round it since', () => {
    const { text, kept } = put('# Mine')
    expect(block.remove(`${text}\nmore\n`, kept)).toEqual({ text: '# Mine\nmore\n' })
    expect(block.remove(`first\n${put(null).text}last\n`, { created: true, pieces: [] })).toEqual({ text: 'first\nlast\n' })
  })

  test.each([
    ['a BEGIN without END', '# Mine\n<!-- BEGIN safe-deploy:0 -->\nold', 'line 2: BEGIN safe-deploy has no END'],
    ['an END without BEGIN', '\n\n<!-- END safe-deploy -->\n', 'line 3: END safe-deploy has no BEGIN'],
    [
      'two of them',
      `${'<!-- BEGIN safe-deploy -->\n<!-- END safe-deploy -->\n'.repeat(2)}`,
      'line 3: BEGIN safe-deploy stands there a second time',
    ],
    ['END before BEGIN', '<!-- END safe-deploy -->\n<!-- BEGIN safe-deploy -->', 'line 1: END safe-deploy stands before BEGIN'],
  ])('is refused, with the place, where there is %s', (_, text, why) => {
    expect(block.judge(text, null)).toEqual({ state: 'damaged', why })
    expect(block.remove(text, null)).toEqual({ damaged: why })
  })

  test('leaves a file alone that only speaks of us', () => {
    expect(block.remove('# Mine\nsafe-deploy deploys\n', null)).toEqual({ text: undefined })
  })
})

describe('a file that is ours as a whole', () => {
  const file = wholeFile('x', '# safe-deploy:@\ntext\n')
  const fresh = file.judge(null, null)
  const text = 'text' in fresh ? fresh.text : ''

  test('is current whatever a checkout made of its line ends, but a shell takes no carriage return', () => {
    expect(file.judge(text.replaceAll('\n', '\r\n'), null)).toEqual({ state: 'current' })
    const script = wholeFile('x', '# safe-deploy:@\ntext\n', { executable: true })
    expect(script.judge(text.replaceAll('\n', '\r\n'), null).state).toBe('outdated')
  })

  test('says when it was changed by hand, and stays where it is somebody else’s', () => {
    expect(file.judge(`${text}more\n`, null)).toMatchObject({ state: 'outdated', text, note: 'it was changed by hand' })
    expect(file.judge('mine\n', null)).toMatchObject({ state: 'damaged' })
    expect(file.remove('mine\n', null)).toEqual({ text: undefined })
    expect(file.remove(text, null)).toEqual({ text: null })
    const older = wholeFile('x', '# safe-deploy:@\nan older text\n').judge(null, null)
    expect(file.judge('text' in older ? older.text : '', null)).toEqual({ state: 'outdated', text, kept: { created: true, pieces: [] } })
  })
})

describe('what agents read', () => {
  const questions = disciplineQuestions()

  test('asks the questions of the shipped pack, stage by stage', () => {
    expect(questions.map(({ say }) => say.split(':')[0])).toEqual(['STOP', 'READ', 'ISOLATE', 'TEST', 'DEPLOY'])
    for (const { say } of questions) {
      expect(instructions(questions)).toContain(say)
      expect(skillText(questions)).toContain(say)
    }
  })

  test('is short, and holds no marker of its own', () => {
    expect(instructions(questions).split('\n').length).toBeLessThan(60)
    expect(instructions(questions)).not.toMatch(/BEGIN safe-deploy|END safe-deploy|—/)
  })

  test('a skill is as the format asks: its name is its folder, its description is short, and it allows no tool', () => {
    const [, front = ''] = /^---\n([\s\S]*?)\n---\n/.exec(skillText(questions)) ?? []
    const keys = Object.fromEntries(front.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]))
    expect(Object.keys(keys)).toEqual(['name', 'description'])
    expect(partsFor(['claude'], questions, { agentsToClaude: false, claudeToAgents: false }).map(({ path }) => path)).toContain(
      `.claude/skills/${keys.name}/SKILL.md`,
    )
    expect(keys.description?.length).toBeLessThanOrEqual(1024)
    // A colon and a blank in a plain scalar would end the YAML.
    expect(keys.description).not.toMatch(/: | #/)
  })
})
