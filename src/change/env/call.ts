/** Arguments behind the first, and the code behind the call. */
export const splitCall = (rest: string): { more: string | null; after: string } => {
  let open = 1
  let quote = ''
  for (let i = 0; i < rest.length; i++) {
    const char = rest[i]!
    if (quote) quote = char === quote ? '' : quote
    else if (char === '"' || char === "'" || char === '`') quote = char
    else if (char === '(' || char === '[' || char === '{') open++
    else if ((char === ')' || char === ']' || char === '}') && --open === 0) {
      const inside = rest.slice(0, i).trim()
      return { more: inside.startsWith(',') ? inside.slice(1) : null, after: rest.slice(i + 1) }
    }
  }
  return { more: /^\s*,/.test(rest) ? rest.replace(/^\s*,/, '') : null, after: '' }
}
