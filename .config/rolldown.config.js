import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defineConfig } from 'rolldown'
import { configSchema } from './schema.js'
import { yamlModules } from './yaml.js'

/** Writes the licence texts of everything that was bundled beside the bundle. */
const licences = () => ({
  name: 'licences',
  generateBundle() {
    const texts = new Map()
    for (const id of this.getModuleIds()) {
      const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)
      if (!match || texts.has(match[1])) continue
      const { name, version, license } = JSON.parse(readFileSync(join(match[1], 'package.json'), 'utf8'))
      let text = ''
      for (const file of ['LICENSE', 'LICENSE.md', 'license', 'LICENCE', 'LICENSE.txt']) {
        try {
          text = readFileSync(join(match[1], file), 'utf8')
          break
        } catch {}
      }
      texts.set(match[1], `${name} ${version} (${license})\n\n${text.trim()}\n`)
    }
    const source = [...texts.values()].sort().join(`\n${'-'.repeat(80)}\n`)
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY.txt', source })
  },
})

/** CommonJS, as `bin/` is: without the loader of modules a run starts a tenth sooner. */
const commonJs = () => ({
  name: 'common-js',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "commonjs" }\n' })
  },
})

const root = join(dirname(new URL(import.meta.url).pathname), '..')

export default defineConfig({
  cwd: root,
  input: { cli: 'src/cli.ts', hook: 'src/hook.ts', fly: 'src/sandbox/fly.ts' },
  platform: 'node',
  plugins: [yamlModules(), licences(), configSchema(), commonJs()],
  output: {
    dir: 'dist',
    format: 'cjs',
    dynamicImportInCjs: false,
    cleanDir: true,
    chunkFileNames: '[name]-[hash].js',
    // What every run needs is one file, what `status` needs beyond that another, and a refusal one more: each file costs about a millisecond.
    codeSplitting: {
      groups: [
        { name: 'line', test: /src[\\/](?:commands[\\/](?:parse|table|command|flags)|errors)\.ts$/, priority: 2 },
        { name: 'fast', test: /src[\\/](?:invoke|reporters[\\/]plain)\.ts$/, priority: 1 },
        // A hook that has to look closer: all that it looks with, in one file.
        { name: 'judge', test: /src[\\/]hook-judge\.ts$/ },
        { name: 'halted', test: /src[\\/]halted\.ts$/ },
      ],
    },
    minify: { compress: true, mangle: false, codegen: false },
    comments: { legal: false },
  },
})
