/** Random bytes in hex. By the global generator: importing node:crypto costs every run several milliseconds. */
export const randomHex = (bytes: number): string => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')

/**
 * 128 bits in hex that need only differ from all others, for who must be quick: even the global generator costs its first caller five milliseconds.
 * The runtime seeds this one from the system's anew in each process.
 */
export const differentHex = (): string =>
  Array.from({ length: 4 }, () =>
    Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')
