import type { Mention } from '../sight.ts'

/** A Python module by its dotted name, of which nobody checks more than what a run imports: settings, ASGI apps, task lists. */
const PYTHON = /\.py$/

/** `a.b.c` of `a/b/c.py`, and its ends of two parts and more that begin outside a package, longest first; none for packages and scripts at the root. */
export const dottedOf = (path: string, has: (path: string) => boolean): string[] => {
  if (!PYTHON.test(path)) return []
  const parts = path.replace(PYTHON, '').split('/')
  if (parts.at(-1)!.startsWith('__') || !parts.every((part) => /^[A-Za-z_]\w*$/.test(part) || part === 'src')) return []
  const names: string[] = []
  for (let i = 0; i + 2 <= parts.length; i++) {
    if (i === 0 || isRoot(parts.slice(0, i).join('/'), has)) names.push(parts.slice(i).join('.'))
  }
  return names
}

/** Does Python look for modules from this folder: does it hold what a project of its own has? */
const isRoot = (folder: string, has: (path: string) => boolean): boolean =>
  !has(`${folder}/__init__.py`) &&
  (/(?:^|\/)src$/.test(folder) ||
    ['pyproject.toml', 'manage.py', 'setup.py', 'requirements.txt', 'Dockerfile'].some((file) => has(`${folder}/${file}`)))

/** The shortest of them, which all others hold: what is searched for. */
export const dottedWord = (path: string, has: (path: string) => boolean): string | null => dottedOf(path, has).at(-1) ?? null

/**
 * Where a line names the module: as a text (`"app.main:app"`, `DJANGO_SETTINGS_MODULE=app.settings.prod`) or as an import. Null where
 * the dotted word is a longer or another one.
 */
export const namesModule = ({ text }: Mention, names: readonly string[]): number | null => {
  for (const word of text.matchAll(/[A-Za-z_][\w.]*/g)) {
    const name = names.find((one) => word[0] === one || word[0].startsWith(`${one}.`))
    if (name === undefined || text[word.index - 1] === '.' || text[word.index - 1] === '/') continue
    const [before, after] = [text.slice(0, word.index), text.slice(word.index + word[0].length)]
    if (/^\s*(?:from\s+|import\s+)$/.test(before) && word[0] === name) return word.index
    if (/["'=\s]$/.test(before) && /^(?::\w+)?["'\s]|^(?::\w+)?$/.test(after) && /[:"'=]|python\s+-m|gunicorn|uvicorn|celery/.test(text))
      return word.index
  }
  return null
}
