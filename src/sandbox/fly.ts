import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runFly } from './main.ts'

/** A reader that went away must not end a deploy half way. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

// An entry of its own that nobody imports: it runs when it is loaded.
runFly(
  {
    env: process.env,
    cwd: process.cwd(),
    name: basename(process.argv[1] ?? 'fly'),
    program: fileURLToPath(import.meta.url),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    onSignal: (handler) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => handler(signal))
    },
  },
  process.argv.slice(2),
).then((exit) => {
  process.exitCode = exit
})
