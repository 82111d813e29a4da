/** Entry: argv → command → exit code. */
export const main = async (process: NodeJS.Process): Promise<void> => {
  process.exitCode = 64
}
