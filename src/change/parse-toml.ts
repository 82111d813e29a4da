/**
 * Parses TOML. The parser loads on first use.
 * @throws an error that may have a `line`; its message quotes the text
 */
export const parseToml = async (text: string): Promise<unknown> => (await import('smol-toml')).parse(text)
