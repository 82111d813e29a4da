import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readsLikeFailure } from '../../src/relay/failure-words.ts'
import { messageText } from '../../src/relay/message-text.ts'

const corpus: { kinds: Record<string, unknown[]> } = parse(readFileSync(join(import.meta.dirname, 'alerts.yml'), 'utf8'))
/** Kinds of the corpus that are reports, conditions without a failure, or the end of one. */
const PLAIN = new Set(
  'job-stuck queue-depth report-rows grafana-resolved payment-declined payment-card kafka-lag mention slow-query s3-upload-slow disk-io'.split(
    ' ',
  ),
)
const said = (message: unknown): string => (typeof message === 'string' ? message : messageText(message))

describe('what reads like a failure', () => {
  test.each(Object.keys(corpus.kinds).filter((kind) => !PLAIN.has(kind)))('every alert of %s', (kind) => {
    expect(corpus.kinds[kind]!.map(said).filter((text) => !readsLikeFailure(text))).toEqual([])
  })

  test.each([
    'ERROR: relation "orders" does not exist',
    'everflow pipeline failed',
    'Traceback (most recent call last):\n  File "a.py", line 1',
    'KeyError: user_id',
    'connect ECONNREFUSED 10.0.0.4:5432',
    'upstream answered 503',
    'GET /health returned 404',
    'HTTP/1.1 502 Bad Gateway',
    'process exited with code 137',
    'exit status 1',
    'Monitor is DOWN: everflow',
    ':red_circle: [DOWN] everflow',
    'the api is down',
    'FATAL: the database system is starting up',
    'Container OOMKilled',
    'S3 AccessDenied on PutObject',
    'host db.internal could not be resolved',
    'the replica failed and has not recovered',
    'panic: runtime error: index out of range [recovered]',
    '[Recovery] 2026/11/28 panic recovered: nil map',
    '1,204 rows loaded, 12 failed',
    '10 errors in 5 minutes',
    'certificate of everflow.example has expired',
    'service no longer answers: timeout',
    'job 0 failed',
  ])('%s', (text) => expect(readsLikeFailure(text)).toBe(true))
})

describe('what does not', () => {
  test.each([
    '1,204 rows loaded',
    'Daily report: 1,310 rows imported, 9 skipped, 0 errors',
    'import finished without errors',
    'errors: 0, warnings: 3',
    'error rate 0.0 %',
    'no failed jobs today',
    '12 passed, 0 failed',
    'revenue is down 3% from last week',
    'traffic went down to 40 %',
    'revenue exceeds the plan by 4 %',
    '14 coupons expired today, 12 applications rejected',
    'invoice 500 was paid',
    'download complete',
    'deploy of everflow succeeded',
    'process exited with code 0',
    'GET /health returned 200',
    '',
  ])('a report: %s', (text) => expect(readsLikeFailure(text)).toBe(false))

  test.each([
    '[RESOLVED] HighErrorRate everflow',
    ':white_check_mark: Resolved: connection timeout',
    '[RESOLVED:2] errors',
    'RECOVERY: everflow failed checks 0',
    'everflow is back up after 12 minutes of timeouts',
    'OK: checkout error rate',
    'the error has been resolved',
    'everflow recovered from failure',
    'pipeline state: failed -> OK',
    'alert HighErrors no longer firing',
    'database is healthy again, it had refused connections',
    'Monitor is UP: everflow (was down for 4 m)',
  ])('the end of one: %s', (text) => expect(readsLikeFailure(text)).toBe(false))
})
