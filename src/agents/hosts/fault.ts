import { KNOWN } from './speaker.ts'

const MOST_CHARS = 499

/** On one line, without anything that draws. */
const plain = (text: string, most: number): string => text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, most)

/** The words where the hook's own input cannot be read. They load with the hook: what they are for may be that nothing else does. @param why in a clause */
export const faultText = (why: string): string =>
  plain(
    `safe-deploy, rule unreadable: this was not run, as the input of the hook cannot be read: ${plain(why, 120)}. That is policy, and no fault of the command. Only a person lifts it. Next: \`safe-deploy doctor\`.`,
    MOST_CHARS,
  )

/** The words where the hook was installed for nobody it knows. */
export const usageText = (line: string): string =>
  plain(
    `safe-deploy, rule unreadable: this was not run, as the hook was called for ${JSON.stringify(plain(line, 40))}, which it does not know. Usage: safe-deploy hook <${Object.keys(KNOWN).join('|')}> [--strict]. Only a person corrects the hook file. Next: \`safe-deploy doctor\`.`,
    MOST_CHARS,
  )
