import { guardFiles } from '../adapters/guard-files.ts'
import { makeHttp } from '../adapters/http.ts'
import { processTable } from '../adapters/process-table.ts'
import { makeProcesses } from '../adapters/processes.ts'
import { ownProgram } from '../adapters/self.ts'
import { makeTreeFiles } from '../adapters/tree-files.ts'
import { installPocketFly } from '../sandbox/install.ts'
import { openPocketSlack } from '../sandbox/slack.ts'
import type { Call } from './call.ts'
import type { DemoSources } from './demo.ts'

/** The world of one demo. */
export const demoSources = (call: Call): DemoSources => ({
  env: call.env,
  emit: call.emit,
  clock: call.clock,
  signals: call.signals,
  terminal: call.terminal,
  http: makeHttp(),
  processes: makeProcesses(call.mask),
  table: processTable,
  temporary: makeTreeFiles().temporary,
  install: installPocketFly,
  write: guardFiles.writeCache,
  read: (path) => guardFiles.readText(path),
  openSlack: openPocketSlack,
  self: ownProgram(),
})
