import { expect, it } from 'vitest'

import {
  unknownDestination,
  defaultDestination,
} from '../../../../../src/ops/operations/destination/target.ts'

it('says how to name a destination to whoever named none, and not that one called default is unknown', () => {
  const { message } = unknownDestination(undefined, ['acme', 'emea'])
  expect(message).toBe(
    'Several destinations are configured, and none was named: say which, as in ringback … --destination acme. Configured: acme, emea.',
  )
})

it('says which names there are to whoever named another one', () => {
  expect(unknownDestination('acmee', ['acme', 'emea']).message).toContain('Did you mean acme?')
})

it('takes the only one there is for the usual one', () => {
  expect(defaultDestination(['acme'])).toBe('acme')
  expect(defaultDestination(['acme', 'emea'])).toBe('default')
})
