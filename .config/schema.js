import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/** A module of src/config, bundled and loaded. */
const load = async (name) => {
  const bundle = await rolldown({ input: fileURLToPath(new URL(`../src/config/${name}.ts`, import.meta.url)), platform: 'node' })
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false })
  await bundle.close()
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`)
}

/** Writes the JSON Schemas of safe-deploy.yml, packs and relay.yml beside the bundle, for editors: made from the schemas that also read the files. */
export const configSchema = () => ({
  name: 'config-schema',
  async generateBundle() {
    const { jsonSchema, packJsonSchema } = await load('json-schema')
    const { relayJsonSchema } = await load('schema-relay-json')
    this.emitFile({ type: 'asset', fileName: 'safe-deploy.schema.json', source: `${JSON.stringify(jsonSchema(), null, 2)}\n` })
    this.emitFile({ type: 'asset', fileName: 'safe-deploy.pack.schema.json', source: `${JSON.stringify(packJsonSchema(), null, 2)}\n` })
    this.emitFile({ type: 'asset', fileName: 'safe-deploy.relay.schema.json', source: `${JSON.stringify(relayJsonSchema(), null, 2)}\n` })
  },
})
