import type { ChangedLine } from '../../model.ts'
import { isSecretName } from '../../redact.ts'
import type { Hit } from './hits.ts'
import { unquoted } from './leaves.ts'
import { isPlaceholder, looksDrawn } from './placeholder.ts'

const ENV_FILE = /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env)$/
const SAMPLE = /example|sample|template|schema|defaults?$|\.dist$/i
const LINE = /^\s*(?:export\s+)?([A-Za-z_]\w{0,100})\s*=\s*(.*)$/
/** Names whose value is meant to be seen, or is no secret though the name has its words. */
const OPEN = /PUBLIC|VITE_|REACT_APP_|EXPO_|GATSBY_|_ID$|_URL$|_URI$|_HOST$|_NAME$|_USER$|_PATH$|_FILE$|PUBLISHABLE|SITE_?KEY|_TTL|EXPIR/i

/** Is this an env file that keeps values, by its name? */
export const isEnvFile = (path: string): boolean => ENV_FILE.test(path) && !SAMPLE.test(path)

/** Lines `X_SECRET=…` of an env file with a value drawn by lot. */
export const envHits = (path: string, lines: readonly ChangedLine[]): Hit[] => {
  if (!isEnvFile(path)) return []
  return lines.flatMap(({ n, text }): Hit[] => {
    const [, name, written] = LINE.exec(text) ?? []
    if (name === undefined || !isSecretName(name) || OPEN.test(name)) return []
    const value = unquoted(written!)
    if (!looksDrawn(value, 16, 3.2) || /\s|:\/\//.test(value)) return []
    return [{ id: 'env-secret', what: `a value of ${name}`, kind: 'own', n, length: value.length, values: [value] }]
  })
}

/** Every value of an env file that a name calls secret: for the mask, which asks less than a finding. */
export const envValues = (path: string, lines: readonly ChangedLine[]): string[] =>
  isEnvFile(path)
    ? lines.flatMap(({ text }) => {
        const [, name, written] = LINE.exec(text) ?? []
        const value = unquoted(written ?? '')
        return name !== undefined && isSecretName(name) && !isPlaceholder(value) ? [value] : []
      })
    : []
