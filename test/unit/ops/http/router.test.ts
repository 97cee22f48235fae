import { expect, it } from 'vitest'

import { json } from '../../../../src/ops/http/reply.ts'
import { createRouter } from '../../../../src/ops/http/router.ts'

const route = createRouter([
  { method: 'GET', path: '/one', answer: () => json(200, { one: true }) },
  { method: 'GET', path: '/two', answer: () => Promise.reject(new Error('redis.internal:6379')) },
])

it.each(['GET', 'HEAD'])(
  'answers %s by path, whatever is asked behind a question mark',
  async (method) => {
    expect(await route({ method, url: '/one?verbose' })).toEqual(json(200, { one: true }))
  },
)

it('names what there is to whoever asks for something else', async () => {
  expect(await route({ method: 'GET', url: '/three' })).toEqual(
    json(404, { paths: ['/one', '/two'] }),
  )
})

it.each(['POST', 'get', undefined])('allows no other method: %s', async (method) => {
  const { status, headers } = await route({ method, url: '/one' })
  expect({ status, headers }).toEqual({ status: 405, headers: { allow: 'GET, HEAD' } })
})

it('says nothing of an error', async () => {
  expect(await route({ method: 'GET', url: '/two' })).toEqual(json(500, { error: 'see the log' }))
})
