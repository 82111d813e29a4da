import { envHints, filledKeys, loadingLines, requiredKeys } from './detect-env.ts'
import { detectFly } from './detect-fly.ts'
import { detectSmokes } from './detect-smoke.ts'
import { within } from './place.ts'
import type { SeenFiles, Suggestion } from './suggestion.ts'

/** What the repository shows: apps, env files, smokes, lines worth protecting. Reads nothing but what it is handed; guesses are marked as such where they are written. */
export const detect = async (files: SeenFiles): Promise<Suggestion> => {
  const apps = await detectFly(files)
  const folders = [...new Set(apps.length === 0 ? [''] : apps.map(({ dir }) => dir))]
  const envFiles = folders.flatMap((folder) => within(folder, '.env') ?? []).filter((path) => files.text(path) !== null)
  return {
    apps,
    envFiles,
    required: requiredKeys(files, folders),
    filled: filledKeys(files, envFiles),
    smokes: detectSmokes(files),
    protect: loadingLines(files),
    hints: envHints(files, folders),
  }
}
