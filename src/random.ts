/** Random bytes in hex. By the global generator: importing node:crypto costs every run several milliseconds. */
export const randomHex = (bytes: number): string => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')
