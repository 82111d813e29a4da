import { describe, expect, test } from 'vitest'
import { isSecretName, makeMask, maskArgv, maskCommand, secretsIn } from '../src/redact.ts'

const bare = makeMask([])

describe('what is known to be secret', () => {
  const secret = 'pa ss/w"örd+1'
  const mask = makeMask([secret])

  test.each([
    ['as it is', secret],
    ['in a URL', encodeURIComponent(secret)],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in base64', Buffer.from(secret).toString('base64')],
  ])('is hidden %s', (_, written) => {
    expect(mask(`before ${written} after ${written}`)).toBe('before ••• after •••')
  })

  test('is hidden line by line when it has several lines', () => {
    const key = '-----BEGIN KEY-----\r\nMIIEowIBAAKCAQEA7\r\n  c2VjcmV0LWxpbmU\r\n-----END KEY-----\r\n'
    const lines = makeMask([key])
    expect(lines(key)).not.toMatch(/MIIE|c2Vj/)
    expect(lines('2: MIIEowIBAAKCAQEA7')).toBe('2: •••')
    expect(lines(JSON.stringify({ key }))).not.toMatch(/MIIE|c2Vj/)
  })

  test('the longest one first, so that nothing of it is left', () => {
    expect(makeMask(['hunter22', 'hunter22-and-more'])('x hunter22-and-more y hunter22')).toBe('x ••• y •••')
  })

  test('is hidden whole where a pattern would hide a part of it', () => {
    const url = 'postgres://app:hunter22@db.internal/main'
    expect(makeMask([url])(`at ${url}?ssl=1`)).toBe('at •••?ssl=1')
  })

  test('signs that mean something to a pattern are only signs', () => {
    expect(makeMask(['a.*b$^[x]', '\\d+(?:'])('a.*b$^[x] \\d+(?: axxb')).toBe('••• ••• axxb')
  })

  test('half a character does not stop it', () => {
    expect(makeMask(['broken\ud800value'])('x broken\ud800value')).toBe('x •••')
  })
})

test.each([
  '',
  'true',
  'production',
  'abc',
  '12345',
  'worker',
  'https://everflow.fly.dev',
  'https://everflow.fly.dev/api/health',
  'redis://localhost:6379',
])('what cannot be told from ordinary text stays: %j', (value) => {
  expect(makeMask([value])(`see ${value} here`)).toBe(`see ${value} here`)
})

describe('credentials in addresses', () => {
  test.each([
    ['https://ada:hunter2@example.com/x', 'https://ada:•••@example.com/x'],
    ['redis://:hunter2@cache:6379', 'redis://:•••@cache:6379'],
    ['postgres://u:p@ss@host/db', 'postgres://u:•••@host/db'],
    ['postgres://u:p/a?s#s@host/db', 'postgres://u:•••@host/db'],
    ['HTTPS://U:P@host', 'HTTPS://U:•••@host'],
    [`mysql://u:${'x'.repeat(900)}@h`, 'mysql://u:•••@h'],
    ['git clone https://x-token@github.com/a/b', 'git clone https://•••@github.com/a/b'],
    ['{"url":"amqp://u:p1@h","user":"x@y"}', '{"url":"amqp://u:•••@h","user":"x@y"}'],
    ['one https://a:b@c two https://d:e@f', 'one https://a:•••@c two https://d:•••@f'],
  ])('%s', (text, masked) => {
    expect(bare(text)).toBe(masked)
  })

  test.each([
    'https://example.com:8080/path',
    'mail ada@example.com about https://example.com:8080/x',
    'http://localhost:3000/@vite/client',
    'ssh://git@github.com/a/b',
    'time 10:20:30@night',
    'https://example.com/?email=a@b',
  ])('none, nothing hidden: %s', (text) => {
    expect(bare(text)).toBe(text)
  })
})

test.each([
  'FlyV1 fm2_lJPECAAAAAAAB,fm2_abcdefgh',
  'fo1_abcdefghijklmnopqrst',
  `ghp_${'a'.repeat(36)}`,
  `github_pat_${'b'.repeat(40)}`,
  'xoxb-123456789012-abcdef',
  `sk-${'c'.repeat(40)}`,
  `sk_live_${'d'.repeat(24)}`,
  'AKIAIOSFODNN7EXAMPLE',
  `glpat-${'e'.repeat(20)}`,
  `npm_${'f'.repeat(36)}`,
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP',
  'hooks.slack.com/services/T00/B00/XXXXXXXX',
])('a token is known by its shape: %s', (token) => {
  expect(bare(`got ${token} then`)).toBe('got ••• then')
})

test('a header keeps nothing of its token', () => {
  expect(bare('Authorization: Bearer abcdefghijklmnop.qrst')).toBe('Authorization: •••')
  expect(bare('Basic training for beginners')).toBe('Basic training for beginners')
})

describe('arguments', () => {
  test.each([
    [
      ['-e', 'KEY=value'],
      ['-e', 'KEY=•••'],
    ],
    [['-eKEY=value'], ['-eKEY=•••']],
    [['-e=KEY=value'], ['-e=KEY=•••']],
    [
      ['--env', 'KEY=a=b'],
      ['--env', 'KEY=•••'],
    ],
    [['--env=KEY=a=b'], ['--env=KEY=•••']],
    [
      ['--build-arg', 'A=1'],
      ['--build-arg', 'A=•••'],
    ],
    [['--build-secret=A=1'], ['--build-secret=A=•••']],
    [
      ['--file-literal', '/etc/key=c2Vj'],
      ['--file-literal', '/etc/key=•••'],
    ],
    [
      ['--env', 'no pair'],
      ['--env', '•••'],
    ],
    [
      ['-t', 'FlyV1 fm2_abc='],
      ['-t', '•••'],
    ],
    [['-tFlyV1abc='], ['-t•••']],
    [['--access-token=abc=def'], ['--access-token=•••']],
    [
      ['--access-token', 'abc=def'],
      ['--access-token', '•••'],
    ],
  ])('%j', (argv, masked) => {
    expect(maskArgv(['fly', 'deploy', ...argv], bare)).toEqual(['fly', 'deploy', ...masked])
  })

  test.each([
    [['machine', 'exec', 'X', 'env API_TOKEN=hunter22 ls A=b'], 'machine exec X env API_TOKEN=••• ls A=b'],
    [['ssh', 'console', '-C', 'sh -c \'DB_PASSWORD="hun ter22" ./go\''], "ssh console -C sh -c 'DB_PASSWORD=••• ./go'"],
    [['pg', 'attach', '--database-password', 'hunter22'], 'pg attach --database-password •••'],
    [['certs', 'import', 'h', '--private-key=hunter22'], 'certs import h --private-key=•••'],
  ])('a line for a shell elsewhere, and flags that name a secret: %s', (argv, masked) => {
    expect(maskArgv(argv, bare).join(' ')).toBe(masked)
    expect(secretsIn(argv)).toEqual([argv.join(' ').includes('hun ter22') ? 'hun ter22' : 'hunter22'])
  })

  test('ordinary ones stay, and are masked by value', () => {
    const argv = ['fly', 'deploy', '--app', 'everflow', '--image-label', 'v=1', '--config=fly.toml', '-a', 'x', '--env-file']
    expect(maskArgv(argv, bare)).toEqual(argv)
    expect(maskArgv(['--label', 'x=hunter22'], makeMask(['hunter22']))).toEqual(['--label', 'x=•••'])
  })

  test('a shell line is one text', () => {
    expect(maskCommand({ command: { shell: 'deploy --key hunter22' } }, makeMask(['hunter22']))).toEqual(['deploy --key •••'])
    expect(maskCommand({ command: ['deploy', '-e', 'A=1'] }, bare)).toEqual(['deploy', '-e', 'A=•••'])
  })
})

test('names tell secrets', () => {
  expect(['DATABASE_URL', 'SLACK_WEBHOOK', 'API_KEY', 'apikey', 'SENTRY_DSN', 'DB_PASS', 'github_token'].every(isSecretName)).toBe(true)
  expect(['PATH', 'HOME', 'NODE_ENV', 'PORT', 'KEYBOARD', 'MONKEY'].some(isSecretName)).toBe(false)
})

test.each([
  ['addresses that never end', 'a://b:'.repeat(500_000)],
  ['addresses of one piece', `a://b:${'cd/e?f#'.repeat(90)}`.repeat(5000)],
  ['one long user', `a://${'b'.repeat(3_000_000)}`],
  ['one long password', `a://b:${'c'.repeat(3_000_000)}`],
  ['at signs', '@'.repeat(3_000_000)],
  ['almost a token', 'sk-sk-eyJ'.repeat(300_000)],
  ['almost a value', 'hunter2-'.repeat(400_000)],
  ['spaces', ' '.repeat(3_000_000)],
])('3 MB of hostile text end in time: %s', (_, text) => {
  // Quadratic time would be hours; the limit of the test is the assertion.
  const mask = makeMask(['hunter22', 'hunter2-hunter2-hunter3'])
  expect(mask(`${text} @`).length).toBeGreaterThan(0)
})

describe('secrets of a fly command', () => {
  const words = (line: string): string[] => line.split(' ')
  test.each([
    ['fly secrets set A=hunter22 B=x=y -a web', 'fly secrets set A=••• B=••• -a web'],
    ['fly secrets set --stage A=hunter22 --app web', 'fly secrets set --stage A=••• --app web'],
    ['fly secrets set A hunter22', 'fly secrets set ••• •••'],
    ['fly -a web secret set A=1', 'fly -a web secret set A=•••'],
    ['fly secrets unset A B -a web', 'fly secrets unset A B -a web'],
    ['fly postgres create --password hunter22', 'fly postgres create --password •••'],
    ['fly mcp launch --secret A=hunter22', 'fly mcp launch --secret A=•••'],
    ['fly scale count app=2 worker=1', 'fly scale count app=2 worker=1'],
  ])('%s', (line, masked) => {
    expect(maskArgv(words(line), bare).join(' ')).toBe(masked)
  })

  test('are masked wherever else they appear, once they were given', () => {
    const mask = makeMask(secretsIn(words('fly secrets set A=hunter22-and B=other-value-1')))
    expect(mask('given hunter22-and, other-value-1')).toBe('given •••, •••')
  })

  test('are found in time that follows the length of the line', () => {
    const many = ['fly', 'secrets', 'set', ...Array.from({ length: 20_000 }, (_, i) => `KEY${i}=value-${i}`)]
    expect(secretsIn(many)).toHaveLength(20_000)
    expect(maskArgv(many, bare).at(-1)).toBe('KEY19999=•••')
  })
})
