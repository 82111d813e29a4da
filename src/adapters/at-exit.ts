const acts = new Set<() => void>()
const actAll = (): void => {
  for (const act of acts) act()
}

/**
 * What must not outlive this process: a read or a smoke that nobody waits for any more, a temporary folder. Never a deploy, which goes on by itself.
 * @param act runs at once when the process exits, if it has not been released
 * @returns releases it
 */
export const atExit = (act: () => void): (() => void) => {
  if (acts.size === 0) process.once('exit', actAll)
  acts.add(act)
  return () => {
    acts.delete(act)
    if (acts.size === 0) process.off('exit', actAll)
  }
}
