/** Variables that change where fly reports to, what it prints, or which app it takes; the guard says those itself. */
const REMOVED = [
  'LOG_LEVEL', // puts lines in front of JSON
  'FLYCTL_OUTPUT_HAR', // writes tokens to a readable file
  'FLY_APP', // beats the config's app
  'FLY_JSON',
  'FLY_VERBOSE',
  'FLY_LOG_GQL_ERRORS',
  'FLY_GHA_ERROR_ANNOTATION', // puts an annotation on stdout
  'FLY_UPDATE_CHECK',
  'FLY_INCIDENTS_CHECK',
  'CLICOLOR_FORCE',
  'FORCE_COLOR',
]

/** No upgrade in place before a deploy, no colour, and the release as JSON on success (flyctl since May 2026). */
const SET = {
  FLY_NO_UPDATE_CHECK: '1',
  FLY_NO_INCIDENTS_CHECK: '1',
  FLY_EMIT_RELEASE_JSON: '1',
  NO_COLOR: '1',
}

const defined = (env: Readonly<Record<string, string | undefined>>): [string, string][] =>
  Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))

/**
 * The environment for fly. An empty FLY_ACCESS_TOKEN is dropped, as it would hide FLY_API_TOKEN.
 * @param use a rollback also drops DEPLOY_TRIGGER, with which fly takes an image it cannot find for one that is there
 */
export const flyEnv = (env: Readonly<Record<string, string | undefined>>, use: 'read' | 'deploy' | 'rollback'): Record<string, string> => {
  const child = Object.fromEntries(defined(env).filter(([name]) => !REMOVED.includes(name)))
  if (child.FLY_ACCESS_TOKEN === '') delete child.FLY_ACCESS_TOKEN
  if (use === 'rollback') delete child.DEPLOY_TRIGGER
  return { ...child, ...SET }
}

const ENDPOINTS = [
  'FLY_API_BASE_URL',
  'FLY_FLAPS_BASE_URL',
  'FLY_UIEX_BASE_URL',
  'FLY_REGISTRY_HOST',
  'FLY_REMOTE_BUILDER_HOST',
  'FLY_RCHAB_OVERRIDE_HOST',
]

/** Endpoints of the platform that this environment moves elsewhere, as `NAME=value` without credentials: a deploy goes there. */
export const endpointsSet = (env: Readonly<Record<string, string | undefined>>): string[] =>
  ENDPOINTS.flatMap((name) => (env[name] ? [`${name}=${env[name].replace(/\/\/[^/@]*@/, '//')}`] : []))
