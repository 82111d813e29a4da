import type { Event } from '../../events.ts'
import { randomHex } from '../../random.ts'
import { markdownOf } from '../markdown.ts'
import type { Reporter } from '../reporter.ts'
import { follow, isTold, type Story } from '../story.ts'
import { trailersFor } from '../trailers.ts'
import { annotationsOf } from './annotations.ts'
import { command } from './command.ts'
import { inert } from './inert.ts'
import { outputLines, outputsOf } from './outputs.ts'

/** What a job on GitHub gives a step to write to. */
export interface Job {
  /** Where commands are heard: any stream that is part of the log. */
  log(text: string): void
  /** Does the log carry the tool's own lines, which may be folded? */
  folds: boolean
  /** Adds to the end of a file. */
  append(path: string, text: string): Promise<void>
  /** GITHUB_OUTPUT and GITHUB_STEP_SUMMARY; null: there is none. */
  outputFile: string | null
  summaryFile: string | null
}

/**
 * What a job on GitHub shows besides the log: the output of tools folded, annotations, the job summary, outputs of the step. All but the folds are
 * written when the run ends; a file that cannot be written is said, and changes nothing.
 */
export const makeGithubReporter = (inner: Reporter, job: Job): Reporter => {
  const state: { stories: readonly Story[]; folded: boolean; closed: boolean } = { stories: [], folded: false, closed: false }
  const fold = (event: Event) => {
    if (!job.folds || event.type === 'waiting') return
    const folds = event.type === 'output'
    if (folds === state.folded) return
    // The inner one writes what it still holds at once, so that it stands within.
    if (!folds) void inner.hush()
    state.folded = folds
    job.log(`${folds ? command('group', `${event.source} ${event.name}: output`) : command('endgroup', '')}\n`)
  }
  const write = async (file: string | null, what: string, text: string) => {
    if (file === null || text === '') return
    await job
      .append(file, text)
      .catch((error: Error) => job.log(inert(`The ${what} could not be written: ${error.message.slice(0, 200)}\n`)))
  }
  const tellAll = async () => {
    const stories = state.stories.filter(isTold)
    const last = stories.at(-1)
    const trailers = trailersFor(stories.flatMap(({ findings }) => findings))
    const paste = trailers.length > 0 ? [PASTE, ...trailers.map((one) => inert(`  ${one}`))] : []
    const lines = [...paste, ...annotationsOf(stories)]
    if (lines.length > 0) job.log(`${lines.join('\n')}\n`)
    await write(job.summaryFile, 'job summary', markdownOf(stories))
    if (last) await write(job.outputFile, 'outputs', outputLines(outputsOf(last), randomHex(16)))
  }
  return {
    emit: (event) => {
      fold(event)
      state.stories = follow(state.stories, event)
      inner.emit(event)
    },
    hush: () => inner.hush(),
    close: async () => {
      await inner.close()
      if (state.closed) return
      state.closed = true
      if (state.folded) job.log(`${command('endgroup', '')}\n`)
      await tellAll()
    },
  }
}

const PASTE = 'Answers may travel as the last paragraph of the last commit’s message, each with its reason:'
