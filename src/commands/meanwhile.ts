/**
 * Loads code while a child that is being started works: not before the event loop has turned once, or the loading, which holds up everything else, would
 * come before the start.
 */
export const meanwhile = async <T>(load: () => Promise<T>): Promise<T> => {
  await new Promise(setImmediate)
  return load()
}
