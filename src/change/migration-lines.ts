/** The way back of a migration: what stands from here on (or in such a file) is not run by a deploy. */
const BACK =
  /^\s*(?:def\s+(?:self\.)?(?:down|downgrade)\b|(?:public\s+)?(?:async\s+)?(?:function\s+)?down\s*\(|(?:export\s+(?:const|async\s+function|function)|exports?\.|module\.exports\.)\s*down\b|down:\s|--\s*(?:migrate:\s*down|\+(?:goose|migrate)\s+Down|!Downs?\b|Down\b))/i
const FORTH =
  /^\s*(?:def\s+(?:self\.)?(?:up|upgrade|change)\b|(?:public\s+)?(?:async\s+)?(?:function\s+)?up\s*\(|(?:export\s+(?:const|async\s+function|function)|exports?\.|module\.exports\.)\s*up\b|up:\s|--\s*(?:migrate:\s*up|\+(?:goose|migrate)\s+Up|!Ups?\b|Up\b))/i

export const isBackFile = (path: string): boolean => /(?:[._-]down|\/down|_rollback|[._-]revert)\.\w+$/i.test(path)

/** Lines of a migration that a deploy runs, with their numbers from 1: without the way back, comments and blank ones. */
export const forwardLines = (text: string): { n: number; text: string }[] => {
  let back = false
  const lines: { n: number; text: string }[] = []
  text.split('\n').forEach((line, i) => {
    if (BACK.test(line)) back = true
    else if (FORTH.test(line)) back = false
    if (!back && line.trim() !== '' && !/^\s*(?:#|\/\/|--(?!\s*(?:migrate|\+))|\*|\/\*)/.test(line)) lines.push({ n: i + 1, text: line })
  })
  return lines
}

/** Data or a name goes: the version before finds it missing, and a rollback of the code does not bring it back. */
const DESTROYS: readonly RegExp[] = [
  /\b(?:drop_table|remove_columns?|rename_columns?|rename_table|drop_column|remove_reference|remove_belongs_to)\b/,
  /\bop\.(?:drop_column|drop_table|rename_table)\b|\bnew_column_name\s*=/,
  /\bmigrations\.(?:RemoveField|DeleteModel|RenameField|RenameModel|AlterModelTable)\b/,
  /\b(?:dropColumns?|dropTable|dropIfExists|renameColumn|renameTable)\s*\(/,
  /\bdrop\s+(?:table|column|type|view|schema|database)\b|\btruncate\b(?:\s+table)?\s+\w|\brename\s+(?:column|to)\b/i,
  /^\s*(?:remove|rename)\s+(?::\w+|table\()|^\s*drop(?:_if_exists)?[\s(]+table\(/,
  /\bdelete\s+from\s+\w/i,
]

/** Takes a lock that others wait for, on a table that is there already and may be large (strong_migrations and PostgreSQL's manual name these). */
const LOCKS: readonly RegExp[] = [
  /\badd_index\b(?!.*concurrently)/,
  /\bcreate\s+(?:unique\s+)?index\b(?!\s+concurrently)/i,
  /\bop\.create_index\b(?!.*concurrently)/,
  /^\s*create\s+(?:unique_)?index\(?(?!.*concurrently)/,
  /\b(?:change_column\b|change_column_null\b|op\.alter_column\(.*(?:type_|nullable=False))/,
  /\balter\s+column\s+"?\w+"?\s+(?:set\s+data\s+)?type\b|\balter\s+column\s+"?\w+"?\s+set\s+not\s+null\b/i,
  /\badd_foreign_key\b(?!.*validate:\s*false)/,
  /\badd_column\b.*null:\s*false(?!.*default:)/,
]

/** It says itself that there is no way back. */
const ONE_WAY: readonly RegExp[] = [/IrreversibleMigration|raise\s+NotImplementedError|throw\s+new\s+\w*(?:Irreversible|NotSupported)\w*/]

export type Harm = 'destroys' | 'locks'

/** What a line does that a deploy should know of, or null. */
export const harmOf = (line: string): Harm | null => {
  if (DESTROYS.some((pattern) => pattern.test(line))) return 'destroys'
  return LOCKS.some((pattern) => pattern.test(line)) ? 'locks' : null
}

export const isOneWay = (text: string): boolean => ONE_WAY.some((pattern) => pattern.test(text))

/** Tables that this migration makes itself: nobody waits for them yet. One that is rebuilt (`new_x` made, `x` dropped) counts under both names. */
export const madeIn = (text: string): Set<string> =>
  new Set(
    [
      ...text.matchAll(
        /\bcreate_(?:join_)?table[( ]+[:"'](\w+)|\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?"?(?:\w+"?\.)?"?(\w+)|\bcreate\s+table\(:(\w+)|(?:createTable|Schema::create)\(\s*['"](\w+)|\bop\.create_table\(\s*['"](\w+)/gi,
      ),
    ].flatMap((match) => {
      const name = match.slice(1).find((one) => one) ?? ''
      const rebuilt = name.replace(/^_*new_+|_+new$/, '')
      return [name, rebuilt].filter((one) => one !== '')
    }),
  )
