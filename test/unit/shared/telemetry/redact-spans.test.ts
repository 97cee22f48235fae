import { expect, it } from 'vitest'

import { redactSpans } from '../../../../src/producer/tracing.ts'

const number = '+18445791189'

function redacted(
  attributes: object,
  more: { events?: { attributes?: object }[]; status?: object } = {},
) {
  const span = { attributes, events: [], status: {}, ...more }
  redactSpans().onEnd(span)
  return span
}

it.each([
  [
    'db.statement',
    `evalsha 3af1 2 {ringback:default}:inbox {"callbackNumber":"${number}"}`,
    'evalsha',
  ],
  ['db.query.text', 'XADD {ringback:default}:inbox * intent ?', 'XADD'],
  ['db.query.parameter.0', '18445791189', '?'],
  ['db.operation.parameter.0', '18445791189', '?'],
  [
    'url.full',
    'https://a.my.salesforce.com/services/data/v62.0/query?q=SELECT%20%2B18445791189',
    'https://a.my.salesforce.com/services/data/v62.0/query?',
  ],
  ['http.url', 'https://a.example/query?q=18445791189', 'https://a.example/query?'],
  ['http.target', '/query?q=18445791189', '/query?'],
  ['url.query', 'q=18445791189', '?'],
  ['net.peer.name', 'redis.example', 'redis.example'],
  ['anything', `about ${number}`, 'about +18•••89'],
  ['server.port', 6379, 6379],
])('leaves nothing of a number in %s', (name, given, left) => {
  expect(redacted({ [name]: given }).attributes).toEqual({ [name]: left })
})

it('looks into lists, events and the status as well', () => {
  const span = redacted(
    { list: [number, 'b'] },
    {
      events: [{ attributes: { 'exception.message': `ERR ${number}` } }, {}],
      status: { code: 2, message: `ERR ${number}` },
    },
  )
  expect(span).toEqual({
    attributes: { list: ['+18•••89', 'b'] },
    events: [{ attributes: { 'exception.message': 'ERR +18•••89' } }, {}],
    status: { code: 2, message: 'ERR +18•••89' },
  })
})
