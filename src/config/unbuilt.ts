import type { Written, WrittenApp } from './schema.ts'

const ofApp = (app: WrittenApp): string[] => (app.notify ?? []).flatMap((outlet) => Object.keys(outlet).map((kind) => `notify ${kind}`))

/** One warning, or none, that names what a config asks for and this version does not do yet. */
export const notBuilt = (written: Written, file: string): string[] => {
  const names = [...new Set([written, ...Object.values(written.apps ?? {})].flatMap(ofApp))]
  return names.length === 0 ? [] : [`${file} asks for what this version knows but does not do yet: ${names.join(', ')}.`]
}
