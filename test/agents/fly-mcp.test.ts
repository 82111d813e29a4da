import { describe, expect, it } from 'vitest'
import { readFlyTool } from '../../src/agents/fly-mcp.ts'

/** The tools of the server in flyctl, by what they do. */
const CHANGE = [
  ...['apps-create', 'apps-destroy', 'apps-move', 'apps-restart', 'certs-add', 'certs-remove', 'ips-allocate-v4', 'ips-allocate-v6'],
  ...['ips-release', 'machine-clone', 'machine-cordon', 'machine-create', 'machine-destroy', 'machine-egress-ip-allocate'],
  ...['machine-egress-ip-release', 'machine-kill', 'machine-leases-clear', 'machine-restart', 'machine-run', 'machine-start'],
  ...['machine-stop', 'machine-suspend', 'machine-upcordon', 'machine-update', 'orgs-create', 'orgs-delete', 'orgs-invite', 'orgs-remove'],
  ...['secrets-deploy', 'secrets-set', 'secrets-unset', 'volumes-create', 'volumes-destroy', 'volumes-extend', 'volumes-fork'],
  ...['volumes-snapshots-create', 'volumes-update'],
]
const LOOK = [
  ...['apps-list', 'apps-releases', 'certs-check', 'certs-list', 'certs-show', 'ips-list', 'ips-private', 'logs', 'machine-egress-ip-list'],
  ...['machine-leases-view', 'machine-list', 'machine-status', 'orgs-list', 'orgs-show', 'platform-regions', 'platform-status'],
  ...['platform-vm-sizes', 'secrets-list', 'status', 'volumes-list', 'volumes-show', 'volumes-snapshots-list'],
]
/** The same tool, as hosts name it. */
const names = (tool: string): string[] => [
  `mcp__flyctl__fly-${tool}`,
  `mcp__plugin_ops_flyctl__fly-${tool}`,
  `mcp_flyctl_fly-${tool}`,
  `fly-${tool}`,
  `MCP:fly-${tool}`,
  `flyctl-fly-${tool}`,
  `flyctl_fly-${tool}`,
  `mcp__anything__fly_${tool.replaceAll('-', '_')}`,
]

describe('the MCP tools of flyctl', () => {
  it.each(CHANGE)('%s changes production', (tool) => {
    for (const name of names(tool)) expect([name, readFlyTool(name).verdict, readFlyTool(name).way]).toEqual([name, 'deploy', 'fly-mcp'])
  })

  it.each(LOOK)('%s only looks', (tool) => {
    for (const name of names(tool)) expect([name, readFlyTool(name).verdict]).toEqual([name, 'clear'])
  })

  it('exec may do anything', () => {
    expect(readFlyTool('mcp__flyctl__fly-machine-exec').verdict).toBe('opaque')
  })

  it('names the command that does the same', () => {
    expect(readFlyTool('mcp__flyctl__fly-secrets-set').command).toBe('fly secrets set')
  })
})

describe('other MCP servers', () => {
  it.each(['mcp__fly__deploy_app', 'mcp__fly-io__machines_write', 'mcp__fly_io__set_secrets'])(
    '%s, a server called after Fly, is held',
    (name) => {
      expect(readFlyTool(name).verdict).toBe('deploy')
    },
  )

  it.each([
    'mcp__flyway__migrate',
    'mcp__butterfly__update',
    'mcp__my-fly-app__create_note',
    'mcp__fly__list_machines',
    'mcp__fly-io__search_docs',
    'mcp__safe-deploy__status',
    'mcp__github__create_pull_request',
    'Read',
  ])('%s is not', (name) => {
    expect(readFlyTool(name).verdict).toBe('clear')
  })
})
