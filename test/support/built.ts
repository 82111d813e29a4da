import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const ROOT = new URL('../../', import.meta.url).pathname
const TRIES = 60

const copies = new Map<string, Promise<string>>()
afterAll(async () => {
  for (const copy of copies.values()) rmSync(await copy, { recursive: true, force: true })
})

/** Does every chunk that is named exist? A build that is being written has holes. */
const isWhole = (dist: string): boolean => {
  const files = readdirSync(dist).filter((name) => name.endsWith('.js'))
  const named = files.flatMap((name) =>
    [...readFileSync(join(dist, name), 'utf8').matchAll(/(?:from|import)\s*\(?["']\.\/([\w.-]+-[\w-]{8}\.js)["']/g)].map(
      (match) => match[1] ?? '',
    ),
  )
  return ['cli.js', 'fly.js', ...named].every((name) => existsSync(join(dist, name)))
}

const copyOnce = async (): Promise<string> => {
  const to = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-built-')))
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      for (const part of ['dist', 'bin', 'package.json']) cpSync(join(ROOT, part), join(to, part), { recursive: true })
      if (isWhole(join(to, 'dist'))) return to
    } catch {
      // Somebody builds right now.
    }
    rmSync(join(to, 'dist'), { recursive: true, force: true })
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error('dist is not whole')
}

/** A copy of what users install, one for each test file: another run may build anew at any moment. Gone when the file's tests end. */
export const built = (): Promise<string> => {
  const known = copies.get(ROOT) ?? copyOnce()
  copies.set(ROOT, known)
  return known
}
