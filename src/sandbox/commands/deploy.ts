import type { Run } from '../command.ts'
import { deploy as run } from '../deploy.ts'

/** `fly deploy`. */
export const deploy: Run = ({ shell, parsed, scenarios }) => run(shell, parsed, scenarios)
