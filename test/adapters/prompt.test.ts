import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const dir = mkdtempSync(join(tmpdir(), 'sd-prompt-'))
const asker = join(dir, 'asker.mjs')
// a pseudo-terminal from the standard library of the one tool that is nearly everywhere
const hasPty = spawnSync('python3', ['-c', 'import pty']).status === 0

beforeAll(async () => {
  const source = join(dir, 'source.mjs')
  writeFileSync(
    source,
    `import { makePrompter } from ${JSON.stringify(join(import.meta.dirname, '../../src/adapters/prompt.ts'))}
     process.on('SIGINT', () => { process.stdout.write('GUARD-SIGINT\\n') })
     const prompter = makePrompter(process.stdin, process.stderr)
     const answer = process.argv[2] === 'text' ? await prompter.text('What for?', process.argv[3]) : await prompter.confirm('Go?', process.argv[3] === 'yes')
     process.stdout.write('\\nANSWER ' + JSON.stringify(answer) + '\\n')`,
  )
  await build({ input: source, platform: 'node', output: { file: asker, format: 'esm', codeSplitting: false }, logLevel: 'silent' })
  writeFileSync(
    join(dir, 'terminal.py'),
    `import os,pty,sys,select,signal,time
pid,fd=pty.fork()
if pid==0: os.execvp(sys.argv[2],sys.argv[2:])
keys=sys.argv[1].encode().decode('unicode_escape').encode('latin1'); sent=False; seen=b''
while True:
  r,_,_=select.select([fd],[],[],20)
  if not r: os.kill(pid,9); break
  try: data=os.read(fd,4096)
  except OSError: break
  if not data: break
  seen+=data
  if not sent and b'?' in seen:
    sent=True
    time.sleep(0.3)
    if keys==b'KILL':
      os.kill(pid,signal.SIGINT); time.sleep(0.3); os.write(fd,bytes([13]))
    else: os.write(fd,keys)
sys.stdout.buffer.write(seen)
os.waitpid(pid,0)`,
  )
}, 60_000)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Asks in a pseudo-terminal, types the keys, and gives what was printed. */
const typed = (keys: string, ...args: string[]): Promise<string> =>
  new Promise((done) => {
    const child = spawn('python3', [join(dir, 'terminal.py'), keys, process.execPath, asker, ...args])
    let seen = ''
    child.stdout.on('data', (chunk) => {
      seen += chunk
    })
    child.on('close', () => done(seen))
  })

const answer = async (keys: string, ...args: string[]) => JSON.parse(/ANSWER (.*?)\r?\n/.exec(await typed(keys, ...args))?.[1] ?? '"none"')

describe.runIf(hasPty)('prompter', () => {
  it('takes the default on Enter', async () => {
    expect(await answer('\\r', 'text', 'Load the env again')).toBe('Load the env again')
    expect(await answer('\\r', 'confirm', 'yes')).toBe(true)
    expect(await answer('\\r', 'confirm', 'no')).toBe(false)
  })

  it('takes what is typed instead', async () => {
    expect(await answer('mine\\r', 'text', 'default')).toBe('mine')
    expect(await answer('n\\r', 'confirm', 'yes')).toBe(false)
  })

  it('gives null on Ctrl-C, Escape and Ctrl-D', async () => {
    expect(await answer('\\x03', 'text', 'default')).toBe(null)
    expect(await answer('\\x1b', 'text', 'default')).toBe(null)
    expect(await answer('\\x04', 'text', 'default')).toBe(null)
    expect(await answer('\\x03', 'confirm', 'yes')).toBe(null)
  })

  it('leaves a real SIGINT to the handlers of the process', async () => {
    expect(await typed('KILL', 'text', 'default')).toContain('GUARD-SIGINT')
  })
})
