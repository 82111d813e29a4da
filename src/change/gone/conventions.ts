/** How a reader shows that it is here: as a dependency of a manifest above the file, by a text in a folder above it (or below), or by a file. */
export type Proof = { gem: string } | { npm: string } | { text: string; in: RegExp; below?: true } | { file: RegExp }

/** A file that something reads by its place and name alone: no line of the repository need name it. */
export interface Convention {
  world: 'rails' | 'python' | 'node' | 'other'
  /** Who reads it, as one says it. */
  reader: string
  /** Its path; the app's own folder may stand before it. */
  file: RegExp
  /** Any of them shows that the reader is still here. */
  proof: readonly Proof[]
  /** What answers in its place, in the same folder or below it; by path from the file's folder. */
  unless?: RegExp
  /** What is then the case, as a sentence. */
  then: string
  /** `may`: often taken away on purpose. */
  weight?: 'may'
}

const at = (path: string): RegExp => new RegExp(`(?:^|/)${path}$`)
const gem = (...names: string[]): Proof[] => names.map((one) => ({ gem: one }))
const npm = (...names: string[]): Proof[] => names.map((one) => ({ npm: one }))
const text = (word: string, where: RegExp): Proof => ({ text: word, in: where })

const RUN =
  /(?:^|\/)(?:[\w.-]*Dockerfile[\w.-]*|Procfile[\w.-]*|fly[\w.-]*\.toml|[\w-]*\.sh|(?:docker-)?compose[\w.-]*\.ya?ml|Makefile|justfile|package\.json|pyproject\.toml)$|(?:^|\/)bin\/|(?:^|\/)\.github\/workflows\//
const JAVA = /(?:^|\/)(?:pom\.xml|build\.gradle(?:\.kts)?)$/

const rails = (reader: string, path: string, proof: readonly Proof[], then: string, more: Partial<Convention> = {}): Convention => ({
  world: 'rails',
  reader,
  file: at(path),
  proof,
  then,
  ...more,
})
const node = (reader: string, path: string, proof: readonly Proof[], then: string, more: Partial<Convention> = {}): Convention => ({
  world: 'node',
  reader,
  file: at(path),
  proof,
  then,
  ...more,
})
const python = (reader: string, path: string, proof: readonly Proof[], then: string, more: Partial<Convention> = {}): Convention => ({
  world: 'python',
  reader,
  file: at(path),
  proof,
  then,
  ...more,
})
const other = (reader: string, path: string, proof: readonly Proof[], then: string, more: Partial<Convention> = {}): Convention => ({
  world: 'other',
  reader,
  file: at(path),
  proof,
  then,
  ...more,
})

const CONFIG = '\\.(?:js|cjs|mjs|ts|cts|mts)'

/** The readers that are known, by the documents and sources of each. Credentials and env files are looked at apart. */
export const CONVENTIONS: readonly Convention[] = [
  rails(
    'Rails',
    'config/database\\.yml',
    gem('rails', 'activerecord'),
    'Without it Active Record knows DATABASE_URL alone: no pool size, replicas or second database.',
  ),
  rails(
    'Active Storage',
    'config/storage\\.yml',
    gem('rails', 'activestorage'),
    'With config.active_storage.service set, the app does not start without it.',
  ),
  rails(
    'Action Cable',
    'config/cable\\.yml',
    gem('rails', 'actioncable'),
    'Without it Action Cable takes its own defaults, not your Redis or database.',
  ),
  rails(
    'Rails',
    'config/environments/(?:production|staging)\\.rb',
    gem('rails', 'railties'),
    'Without it that environment runs on the defaults, as for development: no eager loading, no forced TLS.',
    { unless: /^(?:production|staging)\// },
  ),
  rails('Puma', 'config/puma\\.rb', gem('puma'), 'Without it Puma takes its own port, threads and workers.', { unless: /^puma\// }),
  rails(
    'Sidekiq',
    'config/sidekiq\\.yml',
    gem('sidekiq'),
    'Without it Sidekiq works the queue `default` alone; jobs of other queues wait for ever.',
  ),
  rails(
    'Solid Queue',
    'config/(?:solid_)?queue\\.yml',
    gem('solid_queue'),
    'Without it Solid Queue takes its own dispatchers and workers.',
  ),
  rails('Solid Queue', 'config/recurring\\.yml', gem('solid_queue'), 'Without it no recurring job runs any more.'),
  rails('Solid Cache', 'config/(?:solid_)?cache\\.yml', gem('solid_cache'), 'Without it Solid Cache takes its own size and database.'),
  rails(
    'GoodJob, Clockwork or whenever',
    'config/schedule\\.(?:rb|yml)',
    gem('whenever', 'sidekiq-scheduler', 'sidekiq-cron', 'resque-scheduler'),
    'Without it nothing runs on a schedule any more.',
  ),
  rails('Importmap', 'config/importmap\\.rb', gem('importmap-rails'), 'Without it pages load no JavaScript.'),
  rails(
    'the gem of its name',
    'config/(?:newrelic|honeybadger|appsignal|skylight|scout_apm|rollbar|airbrake|elastic_apm)\\.(?:yml|rb)',
    gem('newrelic_rpm', 'honeybadger', 'appsignal', 'skylight', 'scout_apm'),
    'Without it errors and traces are no longer reported, in silence.',
  ),
  rails(
    'the gem of its name',
    'config/(?:mongoid|elasticsearch|anycable|webpacker|shakapacker|vite|tailwind)\\.(?:yml|json)',
    gem('mongoid', 'anycable-rails', 'webpacker', 'shakapacker', 'vite_rails', 'vite_ruby'),
    'It takes its own defaults without it, or does not start.',
  ),
  rails('Rack', 'config\\.ru', gem('puma', 'unicorn', 'rack', 'passenger', 'falcon'), 'No server starts the app without it.'),
  rails('rake', 'Rakefile', gem('rails', 'rake'), 'bin/rails db:migrate and every other task fail without it.', {
    unless: /^rakefile(?:\.rb)?$|^Rakefile\.rb$/,
  }),

  python(
    'gunicorn',
    'gunicorn\\.conf\\.py',
    [text('gunicorn', RUN)],
    'gunicorn reads it from where it starts; without it it runs one worker on 127.0.0.1:8000.',
  ),
  python('Alembic', 'alembic\\.ini', [text('alembic', RUN)], 'alembic upgrade fails without it.'),
  python('uWSGI', 'uwsgi\\.ini', [text('uwsgi', RUN)], 'uWSGI starts without your settings.'),
  python('Flask', '\\.flaskenv', [text('flask run', RUN)], 'flask does not find the app without it.'),
  python(
    'Streamlit',
    '\\.streamlit/(?:config|secrets)\\.toml',
    [text('streamlit run', RUN)],
    'Streamlit takes its own port and theme without it, and st.secrets is empty.',
  ),
  python('Celery', 'celeryconfig\\.py', [text('celeryconfig', /\.(?:py|cfg|toml)$/)], 'Celery starts with its defaults.'),
  python('Supervisor', 'supervisord\\.conf', [text('supervisord', RUN)], 'supervisord starts nothing without it.'),
  python('Scrapy', 'scrapy\\.cfg', [text('scrapy crawl', RUN)], 'scrapy does not find the project without it.'),

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

  other(
    'Phoenix',
    'config/(?:runtime|prod|config)\\.exs',
    [{ file: at('mix\\.exs') }],
    'A release reads it when it starts or is built; what it set is gone.',
  ),
  other(
    'mix release',
    'rel/env\\.sh\\.eex',
    [{ file: at('mix\\.exs') }],
    'A release sources it before it starts: node name and cluster address are gone.',
  ),
  other(
    'mix release',
    'rel/overlays/bin/(?:server|migrate)',
    [{ file: at('mix\\.exs') }],
    'It is copied into the release, where the platform starts it.',
  ),
  other(
    'Spring',
    'src/main/resources/(?:application|bootstrap)(?:-(?!dev|local|test)[\\w-]+)?\\.(?:ya?ml|properties)',
    [text('spring-boot', JAVA)],
    'Spring loads it by profile; properties without a default then stop the start.',
    { unless: /^(?:application|bootstrap)(?:-[\w-]+)?\.(?:ya?ml|properties)$/ },
  ),
  other(
    'Logback or Log4j',
    'src/main/resources/(?:logback(?:-spring)?|log4j2?)\\.(?:xml|properties)',
    [text('logback', JAVA), text('log4j', JAVA), text('spring-boot', JAVA)],
    'Logging takes its defaults without it.',
    { unless: /^log(?:back|4j)/ },
  ),
  other(
    'Laravel',
    'config/(?:app|database|cache|queue|session|filesystems|mail|services|logging|auth)\\.php',
    [text('laravel/framework', /composer\.json$/)],
    'From Laravel 11 on the framework’s own defaults stand in; before, config() gives null.',
  ),
  other(
    'Symfony',
    'config/secrets/prod/prod\\.(?:decrypt\\.private|encrypt\\.public|list)\\.php',
    [text('symfony/framework-bundle', /composer\.json$/)],
    'Symfony opens its vault of secrets with it.',
  ),
  other(
    'Symfony',
    'config/(?:services|bundles|packages/(?:prod/)?[\\w-]+)\\.(?:ya?ml|php)',
    [text('symfony/framework-bundle', /composer\.json$/)],
    'Symfony loads it by its place; what it set is gone.',
    { weight: 'may' },
  ),
  other(
    'Kamal',
    '\\.kamal/secrets(?:-common|\\.[\\w-]+)?',
    [{ file: at('config/deploy\\.yml') }],
    'Kamal takes the secrets of a deploy from it.',
  ),
  other(
    'Kamal',
    'config/deploy\\.yml',
    [text('kamal', /(?:^|\/)Gemfile$|\.kamal\/|(?:^|\/)bin\//)],
    'Kamal has nothing to deploy without it.',
  ),
  other(
    'SOPS',
    '\\.sops\\.yaml',
    [{ text: 'ENC[AES256_GCM', in: /\.(?:ya?ml|json|env|ini)$/, below: true }],
    'Its creation rules say which keys encrypt; files encrypted from now on open for nobody, or the wrong ones.',
  ),
  other(
    'the platform',
    'Procfile',
    [text('builder', /(?:^|\/)fly[\w.-]*\.toml$/), text('buildpacks', /(?:^|\/)(?:fly[\w.-]*\.toml|app\.json)$/)],
    'A buildpack starts what it names; without it it guesses.',
  ),
  other(
    'ASP.NET',
    'appsettings(?:\\.(?:Production|Staging))?\\.json',
    [{ file: /\.csproj$/ }],
    'Configuration comes from it by name; keys it set are null.',
  ),
  other('sqlx', 'sqlx-data\\.json', [text('SQLX_OFFLINE', /./)], 'An offline build finds no checked queries.'),
  other('LiteFS', 'litefs\\.yml', [text('litefs mount', /./)], 'litefs mount fails without it.'),
]
