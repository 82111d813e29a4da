import { refuse } from '../errors.ts'

/**
 * All of stdin, for a command that reads it: it passes here, so that nothing of it is shown.
 * @throws USAGE where there is more than `maxBytes`
 */
export const readStdin = async (maxBytes: number): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    bytes += chunk.length
    if (bytes > maxBytes) throw refuse('USAGE', { what: `stdin holds more than ${maxBytes} bytes. Nothing was run.` })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
