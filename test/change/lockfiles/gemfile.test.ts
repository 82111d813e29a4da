import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gemfile } from '../../../src/change/lockfiles/gemfile.ts'
import { edgesIn, readAmong, rootsIn, versionsIn } from './reading.ts'

const LOCK = `GIT
  remote: https://github.com/acme/queen.git
  revision: 4271a8e1f02f0f35d749c938bf4dcccf902b4190
  branch: main
  specs:
    queen (3.2.0)
      rack

PATH
  remote: .
  specs:
    mine (1.0.0)
      rack (>= 2, < 4)

GEM
  remote: https://rubygems.org/
  specs:
    nokogiri (1.19.4)
      mini_portile2 (~> 2.8.2)
      racc (~> 1.4)
    nokogiri (1.19.4-x86_64-linux-gnu)
      racc (~> 1.4)
    racc (1.8.1)
    rack (3.2.6)
    rake (13.4.2.rc1)
    rubocop (1.80.0)
    webmock (3.0.0)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  mine!
  nokogiri (>= 1.8, != 1.16.0)
  queen!
  rake
  rubocop
  webmock (~> 3.0)

CHECKSUMS
  nokogiri (1.19.4) sha256=00
  rack (3.2.6) sha256=00

RUBY VERSION
   ruby 3.4.8p1

BUNDLED WITH
   4.0.18
`

const GEMFILE = `source "https://rubygems.org"
gemspec
gem "queen", github: "acme/queen" # gem "rake"
gem "nokogiri",
    ">= 1.8",
    "!= 1.16.0"
group :development, :test do
  platforms :mri do
    gem "webmock", "~> 3.0"
  end
end
`

test('gems of all platforms, of git and of folders, with the groups of the Gemfile and the gemspec', async () => {
  const files = { 'api/Gemfile.lock': LOCK, 'api/Gemfile': GEMFILE, 'api/mine.gemspec': 's.add_development_dependency "rubocop", "~> 1"' }
  const lock = await readAmong(gemfile, 'api/Gemfile.lock', files)
  expect(lock).toMatchObject({ ecosystem: 'ruby', format: 'bundler 4.0.18' })
  expect(versionsIn(lock)).toEqual([
    'queen null',
    'mine null',
    'nokogiri 1.19.4',
    'racc 1.8.1',
    'rack 3.2.6',
    'rake 13.4.2.rc1',
    'rubocop 1.80.0',
    'webmock 3.0.0',
  ])
  expect(edgesIn(lock, 'nokogiri')).toEqual(['mini_portile2 → null (~> 2.8.2)', 'racc → racc@1.8.1 (~> 1.4)'])
  expect(edgesIn(lock, 'mine')).toEqual(['rack → rack@3.2.6 (>= 2, < 4)'])
  expect(edgesIn(lock, 'queen')).toEqual(['rack → rack@3.2.6 (>= 0)'])
  expect(rootsIn(lock)).toEqual([
    'mine → mine@1.0.0 (>= 0)',
    'nokogiri → nokogiri@1.19.4 (>= 1.8, != 1.16.0)',
    'queen → queen@3.2.0 (>= 0)',
    'rake → rake@13.4.2.rc1 (>= 0)',
    'rubocop → rubocop@1.80.0 (>= 0) dev',
    'webmock → webmock@3.0.0 (~> 3.0) dev',
  ])
  expect(lock.roots?.[0]?.from).toBe('api/Gemfile')
})

const groups = async (text: string, others: Record<string, string> = {}): Promise<string[]> => {
  const names = ['a', 'b', 'c', 'd']
  const lock = `GEM\n  specs:\n${names.map((name) => `    ${name} (1)\n`).join('')}\nDEPENDENCIES\n${names.map((name) => `  ${name}\n`).join('')}`
  const read = await readAmong(gemfile, 'Gemfile.lock', { 'Gemfile.lock': lock, Gemfile: text, ...others })
  return read.roots?.flatMap(({ name, dev }) => (dev ? name : [])) ?? []
}

test.each([
  [
    'inline groups',
    'gem "a", group: :test\ngem "b", :groups => [:development, :test]\ngem "c", group: [:production, :test]\ngem "d", groups: %i[dev ci]',
    ['a', 'b', 'd'],
  ],
  ['a group in a condition', 'if ENV["X"]\n  group(:test) do\n    gem "a"\n  end\nend\ngem "b"', ['a']],
  ['what follows a group is in none', 'group :test do\n  gem "a"\nend\ngem "b" if RUBY_VERSION > "3"\ngem "c" unless x', ['a']],
  ['an assigned condition ends with its own end', 'group :test do\n  v = if x then 1\n  else 2\n  end\n  gem "a"\nend\ngem "b"', ['a']],
  ['a gem named twice runs if one of the places does', 'gem "a"\ngroup :test do\n  gem "a"\n  gem "b"\nend', ['b']],
  ['optional groups of several lines', 'group :development,\n  :lint, optional: true do\n  gem "a"\nend', ['a']],
  ['a list of words', 'group :test do\n  %w[a b].each do |name|\n    gem name, path: "x"\n  end\nend', ['a', 'b']],
  ['groups of a name that runs', 'group :assets, :production do\n  gem "a"\nend', []],
  ['comments, and what follows __END__', '# group :test do\n=begin\ngroup :test do\n=end\ngem "a"\n__END__\ngroup :test do\ngem "b"', []],
])('Gemfile: %s', async (_, text, dev) => expect(await groups(text)).toEqual(dev))

test('another Gemfile is followed, within the groups that it is loaded in', async () => {
  const others = { 'Gemfile.tools': 'gem "a"\ngroup :production do\n  gem "b"\nend' }
  expect(await groups('group :development do\n  eval_gemfile File.join(__dir__, "Gemfile.tools")\nend\ngem "c"', others)).toEqual(['a'])
  expect(await groups('eval_gemfile "Gemfile"\neval_gemfile "../../out"\ngroup :test do\n  gem "a"\nend')).toEqual(['a'])
})

test('every lockfile has its own Gemfile; without one all runs', async () => {
  expect(['Gemfile.lock', 'a/Gemfile.saas.lock', 'gems.locked', 'Gemfile', 'Gemfile.lock.bak', 'yarn.lock'].map(gemfile.reads)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
  const text = 'GEM\r\n  specs:\r\n    a (1)\r\n\r\nDEPENDENCIES\r\n  a\r\n'
  const files = { 'Gemfile.saas.lock': text, 'Gemfile.saas': 'gem "a", group: :test', 'gems.locked': text, 'gems.rb': 'gem "a"' }
  expect(rootsIn(await readAmong(gemfile, 'Gemfile.saas.lock', files))).toEqual(['a → a@1 (>= 0) dev'])
  expect(rootsIn(await readAmong(gemfile, 'gems.locked', files))).toEqual(['a → a@1 (>= 0)'])
  expect(rootsIn(await readAmong(gemfile, 'Gemfile.lock', { 'Gemfile.lock': text }))).toEqual(['a → a@1 (>= 0)'])
})

test('of two locks that Bundler wrote, rails crosses a major as asked and connection_pool comes along', async () => {
  const at = async (side: string) => {
    const file = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', 'rails-7-to-8', side, name), 'utf8')
    return readAmong(gemfile, 'Gemfile.lock', { 'Gemfile.lock': file('Gemfile.lock'), Gemfile: file('Gemfile') })
  }
  const [before, after] = [await at('before'), await at('after')]
  const majors = (lock: typeof before) => new Map(lock.packages.map(({ name, version }) => [name, version?.split('.')[0]]))
  const was = majors(before)
  const crossed = [...majors(after)].flatMap(([name, major]) => (was.has(name) && was.get(name) !== major ? name : []))
  expect(crossed).toEqual([
    ...['actioncable', 'actionmailbox', 'actionmailer', 'actionpack', 'actiontext', 'actionview', 'activejob', 'activemodel'],
    ...['activerecord', 'activestorage', 'activesupport', 'connection_pool', 'rails', 'railties'],
  ])
  const pullers = after.packages.flatMap(({ name, edges }) =>
    edges.flatMap((edge) => (edge.to === 'connection_pool@3.0.2' ? `${name} ${edge.constraint}` : [])),
  )
  expect(pullers).toEqual(['activesupport >= 2.2.5', 'redis-client >= 0', 'sidekiq >= 2.5.0'])
  expect(rootsIn(after)).toEqual(['rails → rails@8.1.3.1 (~> 8.1.3)', 'sidekiq → sidekiq@8.0.5 (~> 8.0.0)'])
})
