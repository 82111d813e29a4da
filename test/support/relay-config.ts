/** Last parts of the paths that apps post to. */
export const TOKENS: Readonly<Record<string, string>> = { shop: 'shop-'.padEnd(30, 'a'), desk: 'desk-'.padEnd(30, 'b') }
export const ADMIN = 'admin-'.padEnd(30, 'x')

/** A config with two apps: the messages of one are held, those of the other go to another channel while it is quiet. */
export const relayConfig = ({ data, slack, megabytes }: { data: string; slack: string; megabytes: number }) => ({
  env: {
    ADMIN_TOKEN: ADMIN,
    SHOP_TOKEN: TOKENS.shop!,
    DESK_TOKEN: TOKENS.desk!,
    SHOP_HOOK: `${slack}/services/shop`,
    DESK_HOOK: `${slack}/services/desk`,
    OPS_HOOK: `${slack}/services/ops`,
  },
  text: (port: number): string => `version: 1
listen: { host: 127.0.0.1, port: ${port} }
data: ${data}
admin: $ADMIN_TOKEN
hosts: ['${slack}']
rate: 100000
keep: { megabytes: ${megabytes} }
channels:
  - { name: shop, app: shop, token: $SHOP_TOKEN, to: $SHOP_HOOK }
  - { name: desk, app: desk, token: $DESK_TOKEN, to: $DESK_HOOK, ops: $OPS_HOOK, audience: customer }
`,
})
