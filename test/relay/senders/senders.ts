import { execFile } from 'node:child_process'
import { IncomingWebhook } from '@slack/webhook'
import { leftOut, programHere } from '../../support/program.ts'

/** What a client made of the answer. */
interface Sent {
  /** It counts the message as sent. */
  ok: boolean
  /** What it says of it. */
  said: string
}

/** A client that people post to webhooks with. */
export interface Sender {
  name: string
  here: boolean
  /** Posts a text. `headers` of its request differ from run to run in nothing. */
  send(url: string, text: string): Promise<Sent>
}

/** Runs a program with input; what it printed and how it ended. */
const ran = (program: string, args: readonly string[], input = ''): Promise<{ exit: number; out: string }> =>
  new Promise((done) => {
    const child = execFile(program, args, { timeout: 60_000 }, (error, stdout, stderr) =>
      done({ exit: error ? Number(error.code ?? 1) : 0, out: `${stdout}${stderr}`.trim() }),
    )
    child.stdin?.end(input)
  })

const CURL = programHere('curl')
const PYTHON = programHere('python3')

/** As scripts do: no failure at all, and what came back behind it. */
const curl = (name: string, args: (text: string) => readonly string[]): Sender => ({
  name: `curl ${name}${leftOut(CURL, 'curl')}`,
  here: CURL !== null,
  send: async (url, text) => {
    const { exit, out } = await ran('curl', ['-sS', '--fail-with-body', '-w', ' %{http_code} %{content_type}', ...args(text), url])
    return { ok: exit === 0, said: out }
  },
})

const URLLIB = `
import json, sys, urllib.error, urllib.request
url, text = sys.argv[1:]
request = urllib.request.Request(url, json.dumps({"text": text}).encode(), {"Content-Type": "application/json"})
try:
    with urllib.request.urlopen(request, timeout=20) as answer:
        print(answer.status, answer.headers["content-type"], answer.read().decode())
except urllib.error.HTTPError as error:
    print(error.code, error.headers["content-type"], error.read().decode())
    sys.exit(1)
`

export const SENDERS: readonly Sender[] = [
  {
    name: '@slack/webhook',
    here: true,
    send: (url, text) =>
      new IncomingWebhook(url, { timeout: 20_000 }).send({ text }).then(
        (result) => ({ ok: true, said: result.text }),
        (error: Error) => ({ ok: false, said: error.message }),
      ),
  },
  curl('-d payload=…', (text) => ['-d', `payload=${JSON.stringify({ text })}`]),
  curl('with a JSON body', (text) => ['-H', 'content-type: application/json', '-d', JSON.stringify({ text })]),
  {
    name: `urllib of Python${leftOut(PYTHON, 'python3')}`,
    here: PYTHON !== null,
    send: async (url, text) => {
      const { exit, out } = await ran('python3', ['-c', URLLIB, url, text])
      return { ok: exit === 0, said: out }
    },
  },
]
