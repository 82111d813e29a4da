import type { Notice } from './outlet.ts'
import type { Audience } from './spec.ts'
import { type Script, textOf } from './words.ts'

/**
 * As Slack wants text of others: `&`, `<` and `>` written out, so that nothing of it is a link or a mention (`<!channel>`, `<@U…>`); and a name that
 * calls everybody is broken up, should a workspace link names by itself.
 */
const escapeSlack = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=(?:channel|here|everyone)\b)/gi, '@\u2060')

const SLACK: Script = {
  text: escapeSlack,
  strong: (line) => `*${line}*`,
  code: (command) => (command.includes('`') ? command : `\`${command}\``),
}

/** What a message of Slack says, with nothing in it that could ping anybody or unfold a preview. */
export const slackMessage = (notice: Notice, audience: Audience) => ({
  text: textOf(notice, audience, SLACK),
  link_names: false,
  unfurl_links: false,
  unfurl_media: false,
})
