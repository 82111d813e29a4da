import { printJson, type Run, wantsJson } from '../command.ts'
import { userOf } from '../release.ts'
import { VERSION } from '../view.ts'

const COMMIT = '0000000000000000000000000000000000000000'
const BUILT = '2026-08-21T10:00:00Z'

/** `fly version`: its JSON is a single line. */
export const version: Run = async (call) => {
  const { platform: os, arch } = process
  const about = {
    Name: 'flyctl',
    Version: VERSION,
    Commit: COMMIT,
    BranchName: 'pocket',
    BuildDate: BUILT,
    OS: os,
    Architecture: arch,
    Environment: 'production',
  }
  if (wantsJson(call)) call.shell.out(`${JSON.stringify(about)}\n`)
  else call.shell.out(`flyctl v${VERSION} ${os}/${arch} Commit: ${COMMIT} BuildDate: ${BUILT} (pocket fly)\n`)
}

/** `fly auth whoami`. */
export const whoami: Run = async (call) => {
  const { email } = userOf(call.shell.env)
  if (wantsJson(call)) printJson(call, { email })
  else call.shell.out(`${email}\n`)
}

/** `fly platform status`. */
export const platform: Run = async (call) => call.shell.out('The pocket platform is operational.\n')

/** `fly platform regions`. */
export const regions: Run = async (call) => {
  const all = [{ Code: 'ams', Name: 'Amsterdam, Netherlands' }]
  if (wantsJson(call)) printJson(call, all)
  else call.shell.out(all.map((region) => `${region.Code}\t${region.Name}\n`).join(''))
}
