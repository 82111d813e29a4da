import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeProcesses } from '../../src/adapters/processes.ts'
import type { StreamSpec } from '../../src/ports.ts'
import { makeMask } from '../../src/redact.ts'
import { isAlive } from '../support/alive.ts'

const dir = mkdtempSync(join(tmpdir(), 'sd-processes-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const SECRET = 'Zq7-sentinel-value'
const env = { PATH: process.env.PATH ?? '', HOME: dir }
const processes = makeProcesses(makeMask([SECRET]))
const node = (script: string, ...rest: string[]) => [process.execPath, '-e', script, ...rest]

/** Runs to the end and keeps what listeners were told. */
const run = async (spec: Partial<StreamSpec> & Pick<StreamSpec, 'command'>) => {
  const texts: string[] = []
  const running = processes.stream({ cwd: dir, env, timeoutMs: 30_000, onText: (text) => texts.push(text), ...spec })
  return { ...(await running.done), pid: running.pid, texts, text: texts.join('') }
}

const pidIn = async (file: string): Promise<number> => {
  for (let i = 0; i < 200 && !(existsSync(file) && readFileSync(file, 'utf8').endsWith('\n')); i++)
    await new Promise((done) => setTimeout(done, 25))
  return Number(readFileSync(file, 'utf8'))
}

describe('capture', () => {
  const capture = (argv: string[], more = {}) => processes.capture({ argv, cwd: dir, env, ...more })

  it('keeps both streams and the exit code as they are', async () => {
    const got = await capture(node('process.stdout.write("out\\n"); process.stderr.write("err"); process.exit(3)'))
    expect(got).toMatchObject({ exit: 3, signal: null, stdout: 'out\n', stderr: 'err', timedOut: false, missing: false, truncated: false })
  })

  it('hands the input over and only the environment that was given', async () => {
    const got = await capture(
      node('process.stdin.pipe(process.stdout); process.stdout.write(Object.keys(process.env).sort().join()+"|")'),
      { input: 'hello' },
    )
    expect(got.stdout).toBe('HOME,PATH|hello')
  })

  it('closes stdin when there is no input', async () => {
    expect((await capture(['cat'])).exit).toBe(0)
  })

  it('says missing for a program that is not there, and not for a missing folder or a program that may not run', async () => {
    expect(await capture(['no-such-program-here'])).toMatchObject({ missing: true, exit: null })
    expect(await capture(['true'], { cwd: join(dir, 'nowhere') })).toMatchObject({ missing: false, exit: null, error: 'ENOENT' })
    writeFileSync(join(dir, 'plain'), 'x', { mode: 0o600 })
    expect(await capture([join(dir, 'plain')])).toMatchObject({ missing: false, exit: null, error: 'EACCES' })
  })

  it('ends a child that takes too long, with what it started', async () => {
    const file = join(dir, 'capture-grandchild')
    const got = await capture(['/bin/sh', '-c', `sleep 60 & echo $! > ${file}; wait`], { timeoutMs: 300 })
    expect(got).toMatchObject({ timedOut: true })
    expect(got.exit === 0).toBe(false)
    expect(isAlive(await pidIn(file))).toBe(false)
  })

  it('does not wait for a grandchild that holds the pipe', async () => {
    const got = await capture(['/bin/sh', '-c', 'sleep 30 & echo $!'], { timeoutMs: 20_000 })
    process.kill(Number(got.stdout), 'SIGKILL')
    expect(got).toMatchObject({ exit: 0, timedOut: false })
    expect(got.ms).toBeLessThan(15_000)
  })

  it('cuts what is too much and says so', async () => {
    const got = await capture(node('process.stdout.write("x".repeat(1e6))'), { maxBytes: 1000 })
    expect(got.truncated).toBe(true)
    expect(got.stdout.length).toBeLessThanOrEqual(1000)
  })

  it('ends when its signal aborts', async () => {
    const signal = AbortSignal.timeout(200)
    expect(await capture(['sleep', '60'], { signal })).toMatchObject({ signal: 'SIGTERM', timedOut: false })
    expect((await capture(['sleep', '60'], { signal })).signal).toBe('SIGTERM')
  })
})

describe('stream', () => {
  it('hands over complete lines of both streams and keeps the tail', async () => {
    const got = await run({ command: node('console.log("a"); console.error("b"); console.log("c")') })
    expect(got).toMatchObject({ exit: 0, signal: null, timedOut: false, missing: false, interrupted: false, left: [], bytes: 6 })
    expect([...got.tail].sort()).toEqual(['a', 'b', 'c'])
    expect(got.texts.every((text) => text.endsWith('\n'))).toBe(true)
  })

  it('flushes a last line without a newline, and bytes that are no UTF-8 survive as one mark each', async () => {
    const got = await run({ command: node('process.stdout.write(Buffer.from([0x61,0xff,0x62]))') })
    expect(got.text).toBe('a\ufffdb\n')
    expect(got.tail).toEqual(['a\ufffdb'])
  })

  it('keeps a character that arrives in two chunks whole', async () => {
    const got = await run({
      command: node('process.stdout.write(Buffer.from([0xe2,0x82])); setTimeout(()=>process.stdout.write(Buffer.from([0xac,10])),100)'),
    })
    expect(got.text).toBe('€\n')
  })

  it('masks before anybody sees it, also across chunks', async () => {
    const logFile = join(dir, 'masked.log')
    const half = `process.stdout.write('pw=${SECRET.slice(0, 6)}'); setTimeout(()=>process.stdout.write('${SECRET.slice(6)} end\\n'),100)`
    const got = await run({ command: node(half), logFile })
    expect(got.text).toBe('pw=••• end\n')
    expect(readFileSync(logFile, 'utf8')).toBe('pw=••• end\n')
    expect(got.tail).toEqual(['pw=••• end'])
  })

  it('cuts a line of a megabyte in pieces, and no secret in it is torn apart', async () => {
    const got = await run({ command: node(`for (let i=0;i<20000;i++) process.stdout.write('${'x'.repeat(40)}${SECRET}')`) })
    expect(got.text).not.toContain('sentinel')
    expect(got.text.replaceAll('\n', '').split('•••')).toHaveLength(20_001)
    expect(Math.max(...got.texts.map((text) => text.length))).toBeLessThan(160 * 1024)
    expect(got.texts.length).toBeGreaterThan(3)
  })

  it('keeps only the last 200 lines, each cut and without escapes', async () => {
    const got = await run({
      command: node(
        'for (let i=0;i<5000;i++) console.log("line",i); console.log("\\x1b[31mred\\x1b[0m"); console.log("10%\\r100%\\r"); console.log("y".repeat(9000))',
      ),
    })
    expect(got.tail).toHaveLength(200)
    expect(got.tail.slice(-4)).toEqual(['line 4999', 'red', '100%', 'y'.repeat(2000)])
  })

  it('appends everything to the log file', async () => {
    const logFile = join(dir, 'all.log')
    writeFileSync(logFile, 'before\n')
    await run({ command: node('for (let i=0;i<3000;i++) console.log(i)'), logFile })
    expect(readFileSync(logFile, 'utf8').split('\n')).toHaveLength(3002)
  })

  it('lets the child run on when the log cannot be written or the listener throws', async () => {
    const full = existsSync('/dev/full') ? { logFile: '/dev/full', code: 'ENOSPC' } : { logFile: dir, code: 'EISDIR' }
    const listens = () => {
      throw new Error('broken reporter')
    }
    const got = await run({ command: node('console.log(1); console.log(2); process.exit(4)'), logFile: full.logFile, onText: listens })
    expect(got).toMatchObject({ exit: 4, logError: full.code, tail: ['1', '2'] })
  })

  it('has stdin closed', async () => {
    expect((await run({ command: ['cat'] })).exit).toBe(0)
  })

  it('runs a shell line by /bin/sh, where 127 is an exit code and nothing is missing', async () => {
    expect(await run({ command: { shell: 'echo "$HOME" && no-such-program-here' } })).toMatchObject({ exit: 127, missing: false })
    expect(await run({ command: ['no-such-program-here'] })).toMatchObject({ exit: null, missing: true, pid: null, left: [] })
    expect(await run({ command: ['true'], cwd: join(dir, 'nowhere') })).toMatchObject({ missing: false, error: 'ENOENT' })
    expect(await run({ command: ['true\0'] })).toMatchObject({ missing: false, error: 'ERR_INVALID_ARG_VALUE' })
  })

  /** A child that ignores TERM, with a grandchild that does too, and one that left group and session. */
  const family = (name: string) => {
    const stubborn = join(dir, `${name}-stubborn`)
    const away = join(dir, `${name}-away`)
    const script = [
      `const {spawn}=require('child_process'), fs=require('fs')`,
      `process.on('SIGTERM',()=>{})`,
      `const a=spawn(process.execPath,['-e','process.on("SIGTERM",()=>{});setInterval(()=>{},1000)'],{stdio:'inherit'})`,
      `const b=spawn('/bin/sh',['-c','echo $$ > ${away}; exec sleep 60'],{detached:true,stdio:'ignore'});b.unref()`,
      `fs.writeFileSync('${stubborn}',a.pid+'\\n');setInterval(()=>{},1000)`,
    ].join(';')
    return { stubborn, away, command: node(script) }
  }
  const sees = existsSync('/proc/self/stat')

  it('ends the tree when time is up, also who ignores TERM; a daemon of a tool is named and lives', async () => {
    const { command, stubborn, away } = family('tool')
    const got = await run({ command, timeoutMs: 1500, graceMs: 300 })
    const daemon = await pidIn(away)
    expect(got).toMatchObject({ timedOut: true, interrupted: false, exit: null, signal: 'SIGKILL', left: sees ? [daemon] : [] })
    expect([isAlive(await pidIn(stubborn)), isAlive(daemon)]).toEqual([false, true])
    process.kill(daemon, 'SIGKILL')
  })

  it('with reap also ends who left group and session', async () => {
    const { command, stubborn, away } = family('smoke')
    const got = await run({ command, timeoutMs: 1500, graceMs: 300, reap: true })
    expect(got).toMatchObject({ timedOut: true, left: [] })
    expect(isAlive(await pidIn(stubborn))).toBe(false)
    if (sees) expect(isAlive(await pidIn(away))).toBe(false)
    else process.kill(await pidIn(away), 'SIGKILL')
  })

  it('sends one signal on request, and the child may still end in its own way', async () => {
    const file = join(dir, 'signals')
    const script = `const fs=require('fs');process.on('SIGINT',()=>{fs.appendFileSync('${file}','INT ');setTimeout(()=>process.exit(5),200)});console.log('up');setInterval(()=>{},1000)`
    const running = processes.stream({ command: node(script), cwd: dir, env, timeoutMs: 30_000, onText: () => running.stop('SIGINT') })
    expect(await running.done).toMatchObject({ exit: 5, interrupted: true, timedOut: false, left: [] })
    expect(readFileSync(file, 'utf8')).toBe('INT ')
  })

  it('goes on to TERM and KILL after the grace, or at once when asked again', async () => {
    const deaf = node(`for (const s of ['SIGINT','SIGTERM']) process.on(s,()=>console.log(s));console.log('up');setInterval(()=>{},1000)`)
    const said: string[] = []
    const running = processes.stream({
      command: deaf,
      cwd: dir,
      env,
      timeoutMs: 30_000,
      graceMs: 400,
      onText: (text) => {
        said.push(text)
        if (text === 'up\n') running.stop('SIGINT')
      },
    })
    expect(await running.done).toMatchObject({ signal: 'SIGKILL', interrupted: true })
    expect(said).toEqual(['up\n', 'SIGINT\n', 'SIGTERM\n'])
    const twice = processes.stream({
      command: deaf,
      cwd: dir,
      env,
      timeoutMs: 30_000,
      graceMs: 30_000,
      onText: (t) => t === 'up\n' && twiceStop(),
    })
    const twiceStop = () => {
      twice.stop('SIGTERM')
      twice.stop('SIGTERM')
    }
    expect(await twice.done).toMatchObject({ signal: 'SIGKILL', interrupted: true })
  })

  it('does not wait for a pipe that a grandchild holds; without reap it names who is left', async () => {
    const got = await run({ command: { shell: 'sleep 60 & echo $!' }, drainMs: 200 })
    const pid = Number(got.tail[0])
    expect(got).toMatchObject({ exit: 0, left: [pid] })
    expect(isAlive(pid)).toBe(true)
    process.kill(pid, 'SIGKILL')
  })

  it('with reap ends what the child left running', async () => {
    const got = await run({ command: { shell: 'sleep 60 & echo $!' }, drainMs: 200, reap: true })
    expect(got).toMatchObject({ exit: 0, left: [], timedOut: false, interrupted: false })
    expect(isAlive(Number(got.tail[0]))).toBe(false)
    const away = await run({ command: { shell: '(setsid sh -c "echo \\$\\$; exec sleep 60" &)' }, drainMs: 500, reap: true })
    expect(away).toMatchObject({ exit: 0, left: [] })
    if (sees) expect(isAlive(Number(away.tail[0]))).toBe(false)
  })

  it('leaves alone what is not of its tree', async () => {
    const other = spawn('sleep', ['60'])
    const got = await run({ command: ['sleep', '60'], timeoutMs: 200, graceMs: 200 })
    expect(got.timedOut).toBe(true)
    expect(isAlive(other.pid ?? 0)).toBe(true)
    other.kill('SIGKILL')
  })

  it('stays flat in memory however much is printed', async () => {
    const harness = join(dir, 'harness.mjs')
    writeFileSync(
      harness,
      `import { makeProcesses } from ${JSON.stringify(join(import.meta.dirname, '../../src/adapters/processes.ts'))}
       import { makeMask } from ${JSON.stringify(join(import.meta.dirname, '../../src/redact.ts'))}
       let peak = 0, seen = 0
       const go = (mb) => makeProcesses(makeMask(['${SECRET}'])).stream({ command: ['/bin/sh','-c','yes "some line of a log with ${SECRET} in it" | head -c ' + mb*1e6],
         cwd: ${JSON.stringify(dir)}, env: process.env, timeoutMs: 60000, logFile: '/dev/null', onText: (t) => { seen += t.length; peak = Math.max(peak, process.memoryUsage.rss()) } }).done
       await go(6); const before = peak
       const done = await go(60)
       process.stdout.write(JSON.stringify({ before, after: peak, bytes: done.bytes, exit: done.exit }))`,
    )
    // the sources run as they are where node strips types; else through the bundler that vitest brings
    const strips = spawnSync(process.execPath, ['--experimental-strip-types', '-e', '0']).status === 0
    const program = strips ? ['--experimental-strip-types', '--no-warnings', harness] : [await bundled(harness)]
    const got = spawnSync(process.execPath, program, { encoding: 'utf8' })
    expect(got.stderr).toBe('')
    const { before, after, bytes, exit } = JSON.parse(got.stdout)
    expect({ bytes, exit }).toEqual({ bytes: 60e6, exit: 0 })
    expect(after).toBeLessThan(130e6)
    expect(after / before).toBeLessThan(1.6)
  })
})

const bundled = async (file: string): Promise<string> => {
  const { build } = await import('rolldown')
  const out = join(dir, 'harness.bundled.mjs')
  await build({ input: file, platform: 'node', output: { file: out, format: 'esm', codeSplitting: false } })
  return out
}
