/** Small apps that really run on the pocket fly. */

const WEB = `const http = require('node:http')
const { readFileSync } = require('node:fs')
let runs = 0
const text = () => readFileSync('app.txt', 'utf8').trim()
http.createServer((request, response) => {
  const broken = text().includes('broken')
  if (!process.env.POCKET_WORK_FAILS) runs += 1
  if (request.url === '/stats') return response.end(JSON.stringify({ runs: { total: runs } }))
  response.statusCode = broken ? 500 : 200
  response.end(JSON.stringify({ text: text(), greeting: process.env.GREETING, version: process.env.FLY_RELEASE_VERSION }))
}).listen(process.env.PORT)
console.log('listening')
`

const WORKER = `const { appendFileSync, readFileSync, writeFileSync } = require('node:fs')
let runs = 0
writeFileSync('progress.txt', '0')
console.log('worker is up')
setInterval(() => {
  if (process.env.POCKET_WORK_FAILS || readFileSync('app.txt', 'utf8').includes('broken'))
    return console.error('OperationalError: password authentication failed for user "app"')
  runs += 1
  writeFileSync('progress.txt', String(runs))
}, 50)
`

const DOCKERFILE = (program: string): string => `FROM node:20-slim\nWORKDIR /app\nCOPY . .\nCMD ["node", "${program}"]\n`

const shared = { '.dockerignore': '.git\n.env\n', '.gitignore': '.env\n', 'app.txt': 'one\n', 'README.md': 'everflow\n' }

const HEAD = 'app = "everflow"\nprimary_region = "ams"\n\n[env]\n  GREETING = "hello"\n'

/** Files of an app that answers /, /health and /stats, and of one that only works: it writes progress.txt. */
export const APPS = {
  web: {
    ...shared,
    'fly.toml': `${HEAD}\n[http_service]\n  internal_port = 8080\n\n  [[http_service.checks]]\n    path = "/health"\n    interval = "15s"\n    grace_period = "1s"\n    timeout = "2s"\n`,
    Dockerfile: DOCKERFILE('server.js'),
    'server.js': WEB,
  },
  worker: { ...shared, 'fly.toml': HEAD, Dockerfile: DOCKERFILE('worker.js'), 'worker.js': WORKER },
} as const satisfies Record<string, Record<string, string>>
