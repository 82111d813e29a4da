/** An expected end of a fly command: exit code, and the text after `Error: `, or null for flyctl's silent cancellation (127). */
export class FlyError extends Error {
  readonly code: number
  readonly silent: boolean
  constructor(message: string | null, code = 1) {
    super(message ?? '')
    this.code = code
    this.silent = message === null
  }
}
