import { guardFiles } from './adapters/guard-files.ts'
import type { Undelivered } from './commands/status.ts'
import type { PrivateFolder } from './ledger/private.ts'
import { makeKept } from './notices-kept.ts'

/** Outlets that have not heard how an incident stands, as this clone last knew it: without git and without a network. */
export const undelivered = async (folder: PrivateFolder, app: string): Promise<Undelivered[]> => {
  const { incidents } = await makeKept(guardFiles, folder, app).read()
  return incidents.flatMap(({ story, refused, outlets }) =>
    Object.entries(outlets).flatMap(([outlet, { missed }]) =>
      missed
        ? {
            outlet,
            why: missed.why,
            since: missed.first,
            tries: missed.count,
            incident: story.key,
            failures: story.failures,
            refused,
            rollbacks: story.rollbacks,
            ended: story.ended !== null,
          }
        : [],
    ),
  )
}
