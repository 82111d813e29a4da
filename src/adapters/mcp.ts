import { McpServer, type StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

/** What a tool gives back: a short text, and the same as data. */
export interface ToolAnswer {
  /** It was refused or failed; the text says what to do then. */
  failed: boolean
  text: string
  data: Record<string, unknown>
}

/** A tool as clients see it. */
export interface Tool {
  name: string
  title: string
  says: string
  /** Changes nothing: a client may call it without asking. */
  readOnly: boolean
  input: StandardSchemaWithJSON
  output: StandardSchemaWithJSON
  /** @param progress tells who waits how far it is */
  call(input: Readonly<Record<string, unknown>>, progress: (text: string) => void): Promise<ToolAnswer>
}

/** Clients that know it ask a person each time, whatever they were allowed before. */
const ASK_A_PERSON = { 'anthropic/requiresUserInteraction': true }

const annotate = ({ title, readOnly }: Tool) => ({
  title,
  readOnlyHint: readOnly,
  destructiveHint: !readOnly,
  idempotentHint: readOnly,
  openWorldHint: true,
})

interface Asked {
  mcpReq: {
    _meta?: { progressToken?: string | number }
    notify(notification: {
      method: 'notifications/progress'
      params: { progressToken: string | number; progress: number; message: string }
    }): Promise<void>
  }
}

/** Only who asked for it hears of progress; that it could not be told costs nothing. */
const progressTo = ({ mcpReq }: Asked): ((message: string) => void) => {
  const progressToken = mcpReq._meta?.progressToken
  let progress = 0
  return (message) => {
    if (progressToken === undefined) return
    progress += 1
    mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, message } }).catch(() => {})
  }
}

const makeServer = (tools: readonly Tool[], version: string, instructions: string): McpServer => {
  const server = new McpServer({ name: 'safe-deploy', version }, { instructions })
  for (const tool of tools) {
    const config = {
      title: tool.title,
      description: tool.says,
      inputSchema: tool.input,
      outputSchema: tool.output,
      annotations: annotate(tool),
      ...(tool.readOnly ? {} : { _meta: ASK_A_PERSON }),
    }
    server.registerTool(tool.name, config, async (input, context) => {
      const { failed, text, data } = await tool.call(input as Record<string, unknown>, progressTo(context as unknown as Asked))
      return { content: [{ type: 'text', text }], structuredContent: data, ...(failed ? { isError: true } : {}) }
    })
  }
  return server
}

/** Serves tools over stdin and stdout until the client goes. */
export const serveTools = async (tools: readonly Tool[], version: string, instructions: string): Promise<void> => {
  const gone = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve)
    process.stdout.once('error', () => resolve())
  })
  const served = serveStdio(() => makeServer(tools, version, instructions))
  await gone
  await served.close()
}
