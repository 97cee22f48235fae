import { expect, it } from 'vitest'

import { zoneNamed } from '../../../../src/shared/time/zone.ts'

it('is one and the same, however its name is written', () => {
  const zone = zoneNamed('Europe/Vienna')
  expect(zone?.offset(Date.UTC(2026, 6, 1))).toBe(120)
  for (const name of ['europe/vienna', 'EUROPE/VIENNA', 'eUrOpE/vIeNnA']) {
    expect(zoneNamed(name)).toBe(zone)
  }
})

it('is known by every name that Intl has for it', () => {
  for (const name of Intl.supportedValuesOf('timeZone')) {
    expect(zoneNamed(name)?.isValid, name).toBe(true)
  }
})

it.each(['', 'Europe/Nowhere', 'Europe/Vienna\u0000', `Europe/${'a'.repeat(100)}`])(
  'is none: %j',
  (name) => {
    expect(zoneNamed(name)).toBeUndefined()
  },
)
