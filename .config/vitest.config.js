import { defineConfig } from 'vitest/config'
import { yamlModules } from './yaml.js'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  plugins: [yamlModules()],
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Scenes wait more than they work; more at once than this only wait for each other on two cores.
    maxConcurrency: 3,
  },
})
