import { CLEAR, type Reading } from './reading.ts'

/** Tools of the server in flyctl: all are named `fly-…`, whatever the server is called here (flyctl, internal/command/mcp/server, 58 of them). */
const OF_FLYCTL =
  /(?:^|[^a-z])fly[-_]((?:apps?|certs|ips|machines?|orgs|secrets|volumes|deploy|launch|scale|image|postgres|redis)(?:[-_](?!_)(?:(?!__).)*)?)$/i
/** Every tool of a server that is called after Fly, such as the hosted one. */
const OF_FLY = /^mcp_+(?:fly|flyctl|fly[-_.]?io)_+(?:fly[-_])?(.+)$/i
const READS =
  /(?:^|[-_])(?:list|get|show|view|read|check|status|logs?|private|regions|vm[-_]sizes|releases|search|describe|whoami|docs?)$|^(?:list|get|show|view|read|check|search|describe)[-_]/i
const RUNS = /(?:^|[-_])(?:exec|ssh|console)$/i

/** What a tool of an MCP server of Fly would do; every tool of another server is clear. @param tool its name, as the host writes it */
export const readFlyTool = (tool: string): Reading => {
  const part = (OF_FLYCTL.exec(tool) ?? OF_FLY.exec(tool))?.[1]
  if (part === undefined || READS.test(part)) return CLEAR
  const command = `fly ${part.toLowerCase().replace(/[-_]+/g, ' ')}`.slice(0, 120)
  const found = { way: 'fly-mcp' as const, command, through: [`MCP tool ${tool.slice(0, 60)}`] }
  return RUNS.test(part)
    ? { ...found, verdict: 'opaque', because: 'it runs whatever it is given on a machine' }
    : { ...found, verdict: 'deploy', because: 'it changes production past the guard' }
}
