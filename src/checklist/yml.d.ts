/** Rule packs are read at build time; a test holds them to their schema. */
declare module '*.yml' {
  const value: unknown
  // biome-ignore lint/style/noDefaultExport: the build makes a default export of a .yml file
  export default value
}
