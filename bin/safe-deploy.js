#!/usr/bin/env node
// CommonJS and old syntax on purpose: it starts faster than a module, and an old Node must reach the message below.
'use strict'
var node = process.versions.node.split('.').map(Number)
// What an agent's host asks: `hook HOST`. Whatever fails there has to deny: 2 with words does so in most hosts, the JSON in the others.
var asked = process.argv[2] === 'hook' && !/^(?:explain|--help|-h)$/.test(process.argv[3] || '')
var deny = (why) => {
  var reason = 'safe-deploy, rule unreadable: the call was not let through, as the hook cannot run: ' + why
  process.stdout.write(JSON.stringify({ decision: 'deny', permission: 'deny', permissionDecision: 'deny', reason: reason }) + '\n')
  process.stderr.write(reason + '\n')
  process.exitCode = 2
}
var old =
  'safe-deploy needs Node 20.19 or newer; this is ' +
  process.versions.node +
  '. Next: install a newer Node (https://nodejs.org) and run it again.'
if (node[0] < 20 || (node[0] === 20 && node[1] < 19)) {
  if (asked) deny(old)
  else {
    process.stderr.write(old + '\n')
    process.exitCode = 64
  }
} else if (asked) {
  try {
    require('../dist/hook.js').hook(process)
  } catch (error) {
    deny('it is not built here (' + String(error.message).slice(0, 120) + '). Next: npm ci (in its folder), or install it again.')
  }
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
