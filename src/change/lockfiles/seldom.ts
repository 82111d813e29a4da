import type { Ecosystem } from './lock.ts'

/** Packages that production reaches on paper, through a framework's list, and loads in a console, a test or a build at most. */
const SELDOM: Partial<Record<Ecosystem, readonly string[]>> = {
  ruby: [
    'minitest',
    'rdoc',
    'irb',
    'erb',
    'benchmark',
    'reline',
    'psych',
    'debug',
    'rake',
    'thor',
    'prism',
    'power_assert',
    'test-unit',
    'rbs',
    'mutex_m',
  ],
  python: ['pytest', 'coverage', 'build', 'twine', 'pluggy', 'iniconfig', 'pycodestyle', 'black', 'ruff', 'mypy', 'docutils'],
  npm: [
    'typescript',
    'eslint',
    'prettier',
    'rimraf',
    'mocha',
    'ts-node',
    'node-gyp',
    'node-gyp-build',
    'prebuild-install',
    'nopt',
    'npmlog',
    'gauge',
  ],
  rust: ['cc', 'bindgen', 'pkg-config', 'cmake', 'autocfg', 'version_check', 'rustc_version', 'vcpkg'],
  php: ['phpunit/phpunit', 'phpstan/phpstan', 'nikic/php-parser'],
  elixir: ['ex_doc', 'credo', 'dialyxir', 'earmark', 'earmark_parser', 'makeup'],
}

/** Reachable in production, yet seldom loaded there. */
export const isSeldomLoaded = (ecosystem: Ecosystem, name: string): boolean => SELDOM[ecosystem]?.includes(name) ?? false
