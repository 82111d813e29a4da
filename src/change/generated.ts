/** Names that tools write: lockfiles, bundles, vendored and minified code, snapshots. Shown last, lines not read. */
const GENERATED = [
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|deno\.lock)$/,
  /(?:^|\/)(?:Gemfile(?:\.[\w-]+)?\.lock|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|Cargo\.lock|go\.sum|composer\.lock|mix\.lock)$/,
  /(?:^|\/)(?:gradle\.lockfile|packages\.lock\.json|pubspec\.lock|flake\.lock|\.terraform\.lock\.hcl)$/,
  /\.min\.(?:js|css|mjs)$/,
  /\.(?:map|snap|pb\.go|g\.dart|generated\.\w+)$/,
  /_pb2?\.(?:py|pyi|rb|js|ts)$/,
  /(?:^|\/)(?:node_modules|vendor\/(?:bundle|cache|github\.com|golang\.org)|bower_components|\.yarn\/(?:cache|releases)|dist|__generated__|__snapshots__)\//,
]

/** What git is asked to look at where files that tools write would only cost time; with `GIT_LITERAL_PATHSPECS=0`. */
export const BY_HAND: readonly string[] = [
  ':(top)',
  ...['*.lock', '*-lock.json', '*-lock.yaml', '*shrinkwrap.json', 'go.sum', '*.min.js', '*.min.css', '*.map', '*.snap', '*.svg'].map(
    (pattern) => `:(top,exclude)${pattern}`,
  ),
]

/** Is this path written by a tool, by its name? (`linguist-generated` is looked up apart.) */
export const looksGenerated = (path: string): boolean => GENERATED.some((pattern) => pattern.test(path))
