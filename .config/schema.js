import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/** Writes the JSON Schema of safe-deploy.yml beside the bundle, for editors: made from the one schema that also reads the file. */
export const configSchema = () => ({
  name: 'config-schema',
  async generateBundle() {
    const bundle = await rolldown({ input: fileURLToPath(new URL('../src/config/json-schema.ts', import.meta.url)), platform: 'node' })
    const { output } = await bundle.generate({ format: 'esm', codeSplitting: false })
    await bundle.close()
    const { jsonSchema, packJsonSchema } = await import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`)
    this.emitFile({ type: 'asset', fileName: 'safe-deploy.schema.json', source: `${JSON.stringify(jsonSchema(), null, 2)}\n` })
    this.emitFile({ type: 'asset', fileName: 'safe-deploy.pack.schema.json', source: `${JSON.stringify(packJsonSchema(), null, 2)}\n` })
  },
})
