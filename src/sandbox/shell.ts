/** What a command gets of the world. */
export interface Shell {
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /** Basename the program was started under, `fly` or `flyctl`. */
  name: string
  /** Absolute path of the program file that `node` runs to start this program again. */
  program: string
  /** Root of the state folder. */
  home: string
  out(text: string): void
  err(text: string): void
  /** Takes INT and TERM over; they no longer end the process by themselves. */
  onSignal(handler: (signal: NodeJS.Signals) => void): void
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
