import { isoNow, opaqueId } from './ids.ts'
import type { Shell } from './shell.ts'
import { type App, changeApp, type Release, type ReleaseStatus } from './state.ts'

export const userOf = (env: Shell['env']): Release['user'] => ({
  id: 'usr_pocket',
  name: 'Pocket User',
  email: env.POCKET_FLY_USER || 'you@example.com',
})

const next = (app: App, imageRef: string, user: Release['user'], status: ReleaseStatus): Release => {
  const version = (app.releases.at(-1)?.version ?? 0) + 1
  return { id: opaqueId('rel'), version, status, imageRef, description: 'Release', user, createdAt: isoNow() }
}

/** Makes a release with the next higher number. */
export const createRelease = (
  shell: Shell,
  name: string,
  imageRef: string,
  status: ReleaseStatus = 'pending',
  user = userOf(shell.env),
): Release =>
  changeApp(shell.home, name, (app) => {
    const release = next(app, imageRef, user, status)
    app.releases.push(release)
    return release
  })

/** Writes a release's status, as flyctl's PATCH does. */
export const setReleaseStatus = (shell: Shell, name: string, id: string, status: ReleaseStatus): void =>
  changeApp(shell.home, name, (app) => {
    const release = app.releases.find((one) => one.id === id)
    if (release) release.status = status
  })
