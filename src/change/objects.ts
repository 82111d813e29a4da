/** Git reads a list of folders separated by colons; quoted, a folder may hold colons itself. */
const quoted = (path: string): string => `"${path.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`

/** Environment in which git writes new objects to our own folder, only reads the clone's, and fetches nothing that a partial clone lacks. */
export const writingAside = (commonDir: string, objectsDir: string): Record<string, string> => ({
  GIT_OBJECT_DIRECTORY: objectsDir,
  GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(`${commonDir}/objects`),
  GIT_NO_LAZY_FETCH: '1',
})

/** Environment in which git reads the clone's objects and ours, and fetches nothing that a partial clone lacks. */
export const readingBoth = (objectsDir: string | null): Record<string, string> => ({
  ...(objectsDir ? { GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(objectsDir) } : {}),
  GIT_NO_LAZY_FETCH: '1',
})
