import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { House, Ways } from './house.ts'

/** Runs of the guard whose clock is so much ahead: nobody waits for a deadline in a test. The tools it starts keep the true time. */
export const laterBy = (house: House, ms: number): Ways => {
  const path = join(house.dir, `later-${ms}.cjs`)
  writeFileSync(
    path,
    `if (process.argv[1]?.endsWith('safe-deploy.js')) {
  const True = Date
  globalThis.Date = class extends True {
    constructor(...given) {
      super(...(given.length > 0 ? given : [True.now() + ${ms}]))
    }
    static now() {
      return True.now() + ${ms}
    }
  }
}
`,
  )
  return { env: { NODE_OPTIONS: `--require=${path}` } }
}
