/**
 * Packages that count up their first number as a habit, and packages whose number follows what they describe: the step says nothing
 * (measured: most "majors" of these histories were theirs). A `*` at the end stands for anything.
 */
const ROLLING = [
  'setuptools',
  'cryptography',
  'wheel',
  'virtualenv',
  'pywin32',
  'pyarrow',
  'pyobjc*',
  // Theirs count the Python versions that they drop.
  'importlib-metadata',
  'importlib-resources',
  'zipp',
  'more-itertools',
  'keyring',
  'jaraco-*',
  'libdatadog',
  'windows-*',
  'windows_*',
  'web-features',
  'globals',
  'electron-to-chromium',
  'baseline-browser-mapping',
  '@types/*',
  '@next/*',
  'lightningcss-*',
  '@img/sharp-*',
  '@esbuild/*',
  '@rollup/rollup-*',
  '@swc/core-*',
  'types-*',
] as const

const NAMES = new Set<string>(ROLLING.filter((name) => !name.endsWith('*')))
const PREFIXES = ROLLING.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1))

/** Is a new first number of this package its daily bread? */
export const isRolling = (name: string): boolean => NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix))
