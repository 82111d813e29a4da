/**
 * A Composer constraint as an npm range. `~1.2` ends below 2.0 here and `~1.2.3` below 1.3; a comma or a space means "and"; stability
 * marks (`@dev`) say nothing about versions; a fourth number is cut, since npm's ranges have three.
 * Branches (`dev-main`) stay as they are, and are no range.
 */
export const composerToNpm = (constraint: string): string =>
  (constraint.split(/\s+as\s+/).at(-1) ?? '')
    .split(/\s*\|\|?\s*/)
    .map((all) =>
      /\s-\s/.test(all)
        ? cut(all)
        : all
            .replace(/(>=|<=|!=|[<>=^~])\s+/g, '$1')
            .split(/[\s,]+/)
            .flatMap(part)
            .join(' '),
    )
    .join(' || ')

const part = (text: string): string[] => {
  const plain = cut(text)
  if (plain === '' || plain.startsWith('!=')) return []
  const tilde = /^~(\d+)(?:\.(\d+))?(?:\.(\d+))?(.*)$/.exec(plain)
  if (!tilde) return [plain.replace(/^==/, '=')]
  const [major, minor, patch] = tilde.slice(1, 4).map((number) => Number(number ?? 0)) as [number, number, number]
  const end = tilde[3] === undefined ? `<${major + 1}.0.0-0` : `<${major}.${minor + 1}.0-0`
  return [`>=${major}.${minor}.${patch}`, end]
}

const cut = (text: string): string =>
  text
    .replace(/@(?:dev|alpha|beta|rc|stable)\b/gi, '')
    .replace(/(^|[<>=^~\s])v(?=\d)/g, '$1')
    .replace(/(\d+\.\d+\.\d+)\.\d+/g, '$1')
    .trim()
