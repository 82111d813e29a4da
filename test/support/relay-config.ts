/** Last parts of the paths that apps post to. */
export const TOKENS: Readonly<Record<string, string>> = { shop: 'shop-'.padEnd(30, 'a'), desk: 'desk-'.padEnd(30, 'b') }

const ADMIN = 'admin-'.padEnd(30, 'x')

export const relayConfig = ({ data, slack }: { data: string; slack: string }) => ({
  env: {},
  text: (port: number) =>
    JSON.stringify({
      listen: { host: '127.0.0.1', port },
      data,
      admin: ADMIN,
      channels: [
        { name: 'shop', app: 'shop', token: TOKENS.shop, to: `${slack}/services/shop`, ops: null, audience: 'ops', quiet: 'hold' },
        {
          name: 'desk',
          app: 'desk',
          token: TOKENS.desk,
          to: `${slack}/services/desk`,
          ops: `${slack}/services/ops`,
          audience: 'customer',
          quiet: 'divert',
        },
      ],
      ttlMs: 3600000,
      maxTtlMs: 14400000,
      digestMs: [900000, 3600000],
      newKinds: 5,
      keepMs: 1e12,
      keepBytes: 1e12,
      ratePerS: 1e6,
      alertmanager: null,
    }),
})
