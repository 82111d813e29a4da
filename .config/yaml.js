import { parse } from 'yaml'

/** Imports a `.yml` file as the value it holds: rule packs are read at build time, never at start-up. */
export const yamlModules = () => ({
  name: 'yaml-modules',
  transform(code, id) {
    if (!id.endsWith('.yml')) return null
    return { code: `export default JSON.parse(${JSON.stringify(JSON.stringify(parse(code)))})`, moduleType: 'js', map: null }
  },
})
