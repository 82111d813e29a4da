import { at, type Convention, gem, RUN, rowsOf, text } from './convention.ts'
import { NODE } from './node-conventions.ts'

const RAILS_CODE = /\.(?:rb|erb|haml|slim|rake|ya?ml|ru)$/
const JAVA = /(?:^|\/)(?:pom\.xml|build\.gradle(?:\.kts)?)$/
const [rails, python, other] = [rowsOf('rails'), rowsOf('python'), rowsOf('other')]

/** The readers that are known, by the documents and sources of each. Credentials and env files are looked at apart. */
export const CONVENTIONS: readonly Convention[] = [
  rails(
    'Rails',
    'config/database\\.yml',
    gem('rails', 'activerecord'),
    'Without it Active Record knows DATABASE_URL alone: no pool size, replicas or second database.',
  ),
  rails(
    'Rails, before 7.2,',
    'config/secrets\\.yml(?:\\.enc)?',
    ['application.secrets', 'Rails.secrets', 'app.secrets'].map((word) => ({ text: word, in: RAILS_CODE, below: true as const })),
    'It gives every Rails.application.secrets.* its value; without it each of them is nil.',
  ),
  rails(
    'Rails, before 7.2,',
    'config/secrets\\.yml(?:\\.enc)?',
    gem('rails', 'railties'),
    'It may hold secret_key_base: without it SECRET_KEY_BASE or the credentials must have the same, or all sessions end.',
    { weight: 'may' },
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
    'Without it that environment runs on the defaults of Rails: no forced TLS, no hosts, log or cache settings of yours.',
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
    'gunicorn reads it where it starts; without it one worker listens on 127.0.0.1:8000, unless the command says otherwise.',
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
  ...NODE,
]
