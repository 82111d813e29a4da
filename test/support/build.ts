import { execFileSync } from 'node:child_process'

/** Builds `dist` once before any test, so that tests run the binary users run. */
export const setup = (): void => {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
}
