import { expect, it } from 'vitest'

import { requestKind } from '../../../../src/ops/console/request-kind.ts'

it.each([
  ['GET', '/', 'page'],
  ['GET', '/callbacks/events-1', 'page'],
  ['GET', '/callbacks/a/cancel', 'page'],
  ['POST', '/callbacks/a/cancel', 'action'],
  ['POST', '/search', 'search'],
  ['POST', '/login', 'login'],
  ['POST', '/logout', 'login'],
  ['GET', '/log', 'page'],
  ['GET', '/events', 'events'],
  ['GET', '/healthz', 'probe'],
  ['GET', '/assets/abc/console.css', 'asset'],
] as const)('takes a %s of %s for: %s', (method, path, kind) => {
  expect(requestKind(method, path, 'assets/abc/')).toBe(kind)
})
