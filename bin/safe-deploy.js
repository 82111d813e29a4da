#!/usr/bin/env node
// CommonJS and old syntax on purpose: it starts faster than a module, and an old Node must reach the message below.
'use strict'
var node = process.versions.node.split('.').map(Number)
if (node[0] < 20 || (node[0] === 20 && node[1] < 19)) {
  process.stderr.write(
    'safe-deploy needs Node 20.19 or newer; this is ' +
      process.versions.node +
      '. Next: install a newer Node (https://nodejs.org) and run it again.\n',
  )
  process.exitCode = 64
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(require('../package.json').version + '\n')
} else {
  try {
    require('../dist/cli.js').main(process)
  } catch (error) {
    process.stderr.write('safe-deploy is not built here: ' + error.message + '\nNext: npm ci (in its folder), or install it again.\n')
    process.exitCode = 70
  }
}
