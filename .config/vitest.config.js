import { defineConfig } from 'vitest/config'
import { WaitingFirst } from './waiting-first.js'
import { yamlModules } from './yaml.js'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  plugins: [yamlModules()],
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Scenes wait more than they work, for two looks far apart: on two cores this many at once keep both busy.
    maxWorkers: 4,
    maxConcurrency: 3,
    sequence: { sequencer: WaitingFirst },
  },
})
