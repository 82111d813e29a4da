/** Names under which secrets are kept. */
const SECRET =
  /(?:^|\/)(?:\.env(?:\.[^/]+)?|[^/]+\.env|[^/]*\.(?:key|pem|p12|pfx|jks|keystore)|id_(?:rsa|dsa|ecdsa|ed25519)|master\.key|credentials[^/]*\.json|(?:[^/]*-)?service[-_]account[^/]*\.json|\.netrc|\.pgpass|\.npmrc|\.pypirc)$/i
/** Names of those that hold none. */
const HARMLESS =
  /(?:examples?|samples?|template|dist|schema|defaults?)(?:\.[^/]*)?$|\.(?:pub|crt|cert)$|(?:^|[./_-])(?:public|ca|chain)[^/]*\.pem$/i
/** Places where such names are test data or somebody else's. */
const ELSEWHERE =
  /(?:^|\/)(?:tests?|spec|docs?|examples?|__tests__|fixtures|testdata|node_modules|vendor|\.venv|venv|site-packages|certs?\/public)\//i

/** Is this a file that keeps secrets, by its name? */
export const isSecretFile = (path: string): boolean =>
  SECRET.test(path) && !HARMLESS.test(path) && !ELSEWHERE.test(path) && !/(?:^|\/)\.npmrc$/.test(path)
