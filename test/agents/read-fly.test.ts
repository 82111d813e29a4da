import { describe, expect, test } from 'vitest'
import { readFly } from '../../src/agents/fly/read-fly.ts'

const read = (line: string) => readFly(line === '' ? [] : line.split(' '))

/** Every command that facts/flyctl.md §1.4 A to C names. */
const CHANGES = `
deploy|launch|launch plan|secrets set A=b|secrets unset A|secrets import|secrets deploy|secrets sync|storage create|extensions sentry create
ext tigris create|consul attach|consul detach|mcp launch|postgres attach|pg detach|mpg attach
machine run x|machine create|m clone 1|machines update 1|m start 1|m stop 1|m suspend 1|m restart 1|m kill 1|m destroy 1|m remove 1|m rm 1|m cordon 1
m uncordon 1|m leases clear 1|m egress-ip allocate|image update|img update|scale vm x|scale memory 512|scale count 2|apps restart web|apps suspend
app resume|suspend|resume|restart|destroy|move
apps create x|apps destroy x|apps delete x|apps remove x|apps rm x|apps move x|ips allocate-v4|ip allocate|ips release 1|ips release-v4
certs add x|certs create x|certs import|certs remove x|certs delete x|certs setup|volumes create v|volume update v|vol extend v|v fork v|v destroy v
v delete v|v rm v|volumes snapshots create v|v snaps create v|v snapshot create v|secrets keys set k|secrets keys gen k|secrets keys delete k|secrets keys rm k
regions add ams|regions remove ams|regions set ams|regions backup ams|postgres restart|postgres failover|pg config update|pg import x|mpg create|mpg destroy x
mpg detach|mpg restore|mpg users create|mpg databases create|mpg extensions enable x|redis create|redis update x|redis destroy x|redis delete x|redis reset x
ext redis destroy|tokens create deploy|tokens revoke x|tokens attenuate|orgs create|orgs delete|orgs invite|orgs remove|orgs replay-sources add
wireguard create|wg remove|lfsc clusters create|settings analytics disable|auth logout
`
const READS = `
|status|releases|history|logs|checks list|checks ls|machine list|m ls|m status 1|m wait 1|m leases view|m place|image show|config show|config display
config validate|config env|config save|secrets list|secrets ls|apps list|apps ls|apps errors|apps releases|apps open|ips list|ips private|volumes list
volumes show v|v snapshots list v|certs list|certs check x|certs show x|services list|scale show|platform regions|regions list|orgs list|orgs show x
auth whoami|tokens list|tokens debug|version|version upgrade|doctor|dig x|ping x|incidents list|info|docs|jobs|dashboard|dash|registry sbom|registry vulns
pg list|mpg status|redis status|ssh console|ssh issue|proxy 5432|postgres connect|ext list|ext sentry list|secrets|help|help deploy|deploy --help|deploy -h
ssh sftp get x|wg list|mcp inspect
`
const list = (text: string): string[] =>
  text
    .replace(/\n/g, '|')
    .split('|')
    .filter((line, i) => line !== '' || i === 1)

describe('a command of fly', () => {
  test.each(list(CHANGES).filter(Boolean))('%s changes production', (line) => {
    expect(read(line).verdict).toBe('deploy')
  })

  test.each(list(READS))('%s only reads', (line) => {
    expect(read(line)).toEqual({ verdict: 'clear', way: null, command: null, through: [], because: '' })
  })

  test.each([
    'machine exec 1 ls',
    'm api-proxy',
    'curl /v1/apps',
    'console',
    'mcp server',
    'ssh sftp put x',
    'nonsense',
    'secrets nonsense',
  ])('%s may do anything', (line) => {
    expect(read(line).verdict).toBe('opaque')
  })
})

describe('flags before the command', () => {
  test.each([
    ['-a web deploy', 'fly deploy -a web'],
    ['-aweb deploy', 'fly deploy -a web'],
    ['-a=web deploy', 'fly deploy -a web'],
    ['--app web deploy', 'fly deploy -a web'],
    ['--app=web -c fly.toml -t tok -o org deploy', 'fly deploy -a web'],
    ['--access-token tok --verbose --debug deploy', 'fly deploy'],
    ['secrets -a web set A=secret B=secret', 'fly secrets set -a web'],
    ['--json deploy', 'fly deploy'],
    ['--brand-new deploy status', 'fly deploy'],
    ['-a status deploy', 'fly deploy -a status'],
    ['d*', 'fly d*'],
    ['machine upd?te 1', 'fly machine upd?te'],
  ])('%s', (line, command) => {
    expect(read(line)).toMatchObject({ verdict: 'deploy', way: 'fly', command })
  })

  test.each(['-a deploy status', 'logs -a deploy', '--app=deploy status', 'status --config deploy', 's*'.replace('s*', 'stat*')])(
    '%s only reads',
    (line) => {
      expect(read(line).verdict).toBe('clear')
    },
  )

  test('a command that is made at run time may be any', () => {
    expect(readFly(['\uE000']).verdict).toBe('opaque')
    expect(readFly(['status', '\uE000']).verdict).toBe('clear')
  })

  test('values that may be secret are not told', () => {
    expect(JSON.stringify(readFly(['-t', 'tok-1', 'secrets', 'set', 'A=hidden', '--app', 'web']))).not.toMatch(/hidden|tok-1/)
  })
})
