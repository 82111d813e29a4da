import { runFly } from '../../src/sandbox/main.ts'
import type { Shell } from '../../src/sandbox/shell.ts'

/** The pocket fly run in this process: what a test itself asks of it needs no start of a program. */
export const flyHere = async (
  shell: Pick<Shell, 'env' | 'cwd' | 'program'>,
  args: readonly string[],
): Promise<{ code: number; out: string; err: string }> => {
  const ran = { out: '', err: '' }
  const out = (text: string): void => {
    ran.out += text
  }
  const err = (text: string): void => {
    ran.err += text
  }
  const code = await runFly({ ...shell, name: 'fly', out, err, onSignal: () => {} }, args)
  return { code, ...ran }
}
