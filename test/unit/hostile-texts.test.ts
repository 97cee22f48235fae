import { it } from 'vitest'

import { readPrivateKey } from '../../src/shared/config/private-key.ts'
import { nameKeyContainer } from '../../src/shared/config/key-container.ts'
import { maskCredentials, shownValue } from '../../src/shared/config/config-problem.ts'
import { pemBlocks } from '../../src/shared/config/pem.ts'
import { readProxy } from '../../src/shared/config/proxy.ts'
import { readRedisUrl } from '../../src/shared/config/redis-url.ts'
import { parseCoreUrl, parseSalesforceUrl } from '../../src/shared/config/salesforce-url.ts'
import { maxIntentBytes } from '../../src/shared/contract/intent.ts'
import { callbackOf } from '../../src/shared/contract/ids.ts'
import { trimInvisible } from '../../src/shared/text/invisible.ts'
import { spellingsOf } from '../../src/shared/phone/number-spellings.ts'
import { safeName } from '../../src/shared/errors/problem.ts'
import { repeatedNames } from '../../src/shared/contract/repeated-names.ts'
import { canonicalCallId, canonicalRecordId } from '../../src/shared/contract/salesforce-id.ts'
import { readTraceparent } from '../../src/shared/contract/traceparent.ts'
import { destinationOf } from '../../src/shared/redis/keys.ts'
import { errorOrigin } from '../../src/shared/redis/error-origin.ts'
import { redisFailure } from '../../src/shared/redis/redis-failure.ts'
import { foldText } from '../../src/shared/text/fold-text.ts'
import { maskNumbersIn } from '../../src/shared/phone/mask.ts'
import { loggable } from '../../src/shared/telemetry/mask-secrets.ts'
import { printable } from '../../src/shared/text/printable.ts'
import { shownRecordId } from '../../src/shared/telemetry/shown-record-id.ts'
import { terminalText } from '../../src/shared/telemetry/terminal-line.ts'
import { parseDurationMs } from '../../src/shared/time/duration.ts'
import { epochMsOf } from '../../src/shared/time/timestamp.ts'
import { zoneNamed } from '../../src/shared/time/zone.ts'
import { isPoisonMessage } from '../../src/shared/redis/poison.ts'
import { parseCsvRecord } from '../../src/ops/operations/import/csv-record.ts'
import { maxBodyBytes } from '../../src/salesforce/exchange.ts'
import { maskEcho } from '../../src/salesforce/mask-echo.ts'
import { parseBody } from '../../src/salesforce/parse-answer.ts'
import { parseRetryAfterMs } from '../../src/salesforce/parse-retry-after.ts'
import { readContactRequests } from '../../src/salesforce/read-contact-requests.ts'
import { hostileTexts } from '../support/hostile-texts.ts'
import { expectLinear } from '../support/linear.ts'

const texts = hostileTexts(maxIntentBytes)
/** Of one digit, which a pattern may take for any part of the number. */
const callbackNumber = '+11111111111'
const sent = { callbackNumber, tokens: ['eyJeyJeyJ1111111111'.repeat(40)] }

/** As ioredis tells what a server answered. */
function replyError(text: string): Error {
  return Object.assign(new Error(text), { name: 'ReplyError' })
}

function readPhone(text: string) {
  const record = { Id: '0TzLT00000000w50AA', PreferredPhone: text }
  const body = { kind: 'whole', text: JSON.stringify({ done: true, records: [record] }) } as const
  const evidence = { phase: 'answered', bytesSent: 0 } as const
  return readContactRequests(
    { kind: 'answered', status: 200, retryAfter: undefined, body, ...evidence },
    { callbackNumber, limit: 50, nowMs: 0 },
  )
}

it.each<[string, (text: string) => unknown]>([
  ['a message of Salesforce', (text) => parseBody(JSON.stringify({ message: text }), sent)],
  ['a code of Salesforce', (text) => parseBody(JSON.stringify([{ errorCode: text }]), sent)],
  ['a recordId of Salesforce', (text) => parseBody(JSON.stringify({ recordId: text }), sent)],
  ['a PreferredPhone of Salesforce', readPhone],
  ['what another server says', (text) => maskEcho(text, 500, sent)],
  ['a Retry-After header', (text) => parseRetryAfterMs(text, 0)],
  ['a recordId that an older version kept', shownRecordId],
  ['a message that is logged', loggable],
  ['content that was never understood', maskNumbersIn],
  ['a text that is shown', printable],
  ['a text that is folded', (text) => foldText(text, 80)],
  ['a line on a terminal', (text) => terminalText({ msg: 'bridge.failed', message: text }, 80)],
  ['a text in which a number is looked for', spellingsOf(callbackNumber).isIn],
  [
    'a name in which a number is masked',
    (text) => spellingsOf('+436641111111').replaceIn(text, ''),
  ],
  ['a name of a field', safeName],
  ['JSON whose names are compared', repeatedNames],
  ['a cell of a spreadsheet', trimInvisible],
  ['a line of CSV', (text) => parseCsvRecord(text, ',')],
  ['a duration', parseDurationMs],
  ['a time', epochMsOf],
  ['a zone', zoneNamed],
  ['a traceparent', readTraceparent],
  ['a call’s id', canonicalCallId],
  ['a record’s id', canonicalRecordId],
  ['a job’s id', callbackOf],
  ['a key of Redis', destinationOf],
  ['a message of Redis', (text) => redisFailure('redis://127.0.0.1:6379', replyError(text))],
  [
    'an error',
    (text) => [
      isPoisonMessage(new Error(text)),
      errorOrigin(new Error(text)),
      errorOrigin(replyError(text)),
    ],
  ],
  ['PEM', pemBlocks],
  ['a private key', (text) => readPrivateKey({ kind: 'text', text })],
  ['what a key may be kept in', (text) => nameKeyContainer(Buffer.from(text))],
  ['a value that is refused', (text) => [shownValue(text, 'password'), maskCredentials(text)]],
  ['the address of Redis', readRedisUrl],
  ['the address of Salesforce', (text) => [parseSalesforceUrl(text), parseCoreUrl(text)]],
  ['the name of a proxy', (text) => readProxy({ HTTPS_PROXY: text, NO_PROXY: text })],
])('looks at %s in the time that its length takes, whatever it holds', (_, look) => {
  expectLinear(look, texts)
})

it('looks at an answer of Salesforce in the time that its length takes, however it repeats what may be a secret', () => {
  const message = (text: string) => [{ message: text, errorCode: text }]
  expectLinear((text) => parseBody(text, sent), hostileTexts(maxBodyBytes))
  expectLinear((text) => parseBody(JSON.stringify(message(text)), sent), hostileTexts(20_000))
}, 120_000)
