import { at, type Convention, npm, RUN, rowsOf, text } from './convention.ts'

const CONFIG = '\\.(?:js|cjs|mjs|ts|cts|mts)'
const node = rowsOf('node')

/** What tools of the Node world read by its place. */
export const NODE: readonly Convention[] = [
  node('Next.js', `next\\.config${CONFIG}`, npm('next'), 'Without it redirects, headers, output mode and env of the build are gone.', {
    unless: /^next\.config\.\w+$/,
  }),
  node(
    'Next.js',
    `middleware${CONFIG}`,
    npm('next'),
    'Next.js runs it before every request, often to ask who is signed in; without it all requests pass.',
    { unless: /^(?:src\/)?(?:middleware|proxy)\.\w+$/ },
  ),
  node('Next.js', `instrumentation${CONFIG}`, npm('next'), 'Next.js runs it when the server starts, often to report errors.', {
    unless: /^(?:src\/)?instrumentation\.\w+$/,
  }),
  node('Vite', `vite\\.config${CONFIG}`, npm('vite'), 'Without it the build takes other entries, plugins and output folders.', {
    unless: /^(?:vite|svelte|astro|nuxt|react-router|app)\.config\.\w+$/,
  }),
  node('Astro', `astro\\.config${CONFIG}`, npm('astro'), 'Without its adapter the build makes static pages only.', {
    unless: /^astro\.config\.\w+$/,
  }),
  node('Nuxt', `nuxt\\.config${CONFIG}`, npm('nuxt'), 'Without it runtimeConfig and modules are gone.', { unless: /^nuxt\.config\.\w+$/ }),
  node('SvelteKit', `svelte\\.config${CONFIG}`, npm('@sveltejs/kit'), 'Without its adapter the build makes nothing to run.', {
    unless: /^svelte\.config\.\w+$/,
  }),
  node(
    'React Router',
    `react-router\\.config${CONFIG}`,
    npm('@react-router/dev'),
    'Without it the build takes the defaults: server rendering on, app/ as the source.',
    { unless: /^react-router\.config\.\w+$/ },
  ),
  node(
    'Prisma',
    '(?:prisma/)?schema\\.prisma',
    npm('prisma', '@prisma/client'),
    'prisma generate and migrate deploy look for it there and fail.',
    { unless: /\.prisma$|^prisma\.config\.\w+$/ },
  ),
  node('Drizzle', `drizzle\\.config${CONFIG}`, [text('drizzle-kit', RUN)], 'drizzle-kit does not find schema and database without it.', {
    unless: /^drizzle\.config\.\w+$/,
  }),
  node('Knex', `knexfile${CONFIG}`, [text('knex migrate', RUN)], 'knex migrate fails without it.', { unless: /^knexfile\.\w+$/ }),
  node('npm', '\\.npmrc', [{ file: at('package\\.json') }], 'Registry, token and peer rules of the install are gone with it.', {
    weight: 'may',
  }),
  node(
    'pnpm',
    'pnpm-workspace\\.yaml',
    [text('workspace:', /package\.json$/)],
    'Without it pnpm knows no workspace packages, and no overrides.',
  ),
  node('PM2', `ecosystem\\.config${CONFIG}`, [text('pm2', RUN)], 'pm2 starts nothing without it.', { unless: /^ecosystem\.config\.\w+$/ }),
]
