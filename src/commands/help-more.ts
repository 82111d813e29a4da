/** Lines of help that are too long for the table, which every command loads: by the command's name. */
export const HELP_MORE: Readonly<Record<string, readonly string[]>> = {
  'notify test': [
    'In safe-deploy.yml, each by the env key that holds its secret',
    '  notify:',
    '    - slack: { webhook: $SLACK_WEBHOOK_URL, audience: ops }      # or audience: customer',
    '    - slack: { token: $SLACK_BOT_TOKEN, channel: C0123456789 }   # one message, edited',
    '    - webhook: { url: $HOOK_URL, secret: $HOOK_SECRET }',
    '    - pagerduty: { routing_key: $PAGERDUTY_ROUTING_KEY }',
    '    - alertmanager: { url: http://alertmanager:9093, silence: true }',
    '    - github: { environment: production }',
    '    - relay: { url: $RELAY_URL, token: $RELAY_TOKEN, ttl: 1h }',
    'Without silence, in alertmanager.yml: the app’s own alerts wait while it is halted',
    '  inhibit_rules:',
    '    - source_matchers: [alertname = SafeDeployHalted]',
    '      target_matchers: [alertname != SafeDeployHalted]',
    '      equal: [app]',
  ],
  mcp: [
    'Register it, in the folder of the repository',
    '  claude mcp add --scope project safe-deploy -- safe-deploy mcp',
    '  codex mcp add safe-deploy -- safe-deploy mcp',
    '  Cursor (.cursor/mcp.json), Gemini (.gemini/settings.json), Claude (.mcp.json), under "mcpServers";',
    '  VS Code and Copilot (.vscode/mcp.json), under "servers":',
    '    { "safe-deploy": { "command": "safe-deploy", "args": ["mcp"] } }',
    'status, plan and history change nothing; let the client ask before deploy and rollback.',
  ],
}
