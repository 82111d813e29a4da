/**
 * A runner carries out what looks like a command in a log: a line that begins with `::name`, behind any white space, and `##[name]` anywhere in a line.
 * It compares as people read: what is not seen (zero-width marks) counts for nothing. Both are in the runner's own source, ActionCommand.cs.
 */
const AT_START =
  /^[\t\v\f \u0085\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\p{Default_Ignorable_Code_Point}]*:\p{Default_Ignorable_Code_Point}*:/gmu
const ANYWHERE = /#\p{Default_Ignorable_Code_Point}*#\p{Default_Ignorable_Code_Point}*\[/gu

/** Lines that quote foreign text (fly's output, a commit's subject), so that a runner obeys none of them. */
export const inert = (text: string): string => text.replace(AT_START, (found) => found.replace(/:[^:]*:$/, ': :')).replace(ANYWHERE, '# #[')

/** The same for JSON: it still parses to the same. An object's line begins with a brace. */
export const inertJson = (text: string): string => text.replace(ANYWHERE, (found) => found.replace(/#([^#]*)$/, '\\u0023$1'))
