import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { describeSettings } from '../../../../src/shared/config/describe-settings.ts'
import {
  defaultedSetting,
  optionalSetting,
  type Secrecy,
} from '../../../../src/shared/config/setting.ts'
import {
  duration,
  matching,
  orNone,
  wholeNumber,
} from '../../../../src/shared/config/value-types.ts'

const text = matching(/^.+$/, 'a text')

function named(name: string, secret: Secrecy = 'no') {
  return { name, env: name, description: 'For this test.', example: 'x', secret }
}

const schema = z.object({
  limit: defaultedSetting(orNone(wholeNumber({ min: 0, max: 9 })), {
    ...named('limit'),
    default: '5',
  }),
  inside: z.object({
    waitMs: defaultedSetting(duration({ min: '1s', max: '1h' }), {
      ...named('wait'),
      default: '1m',
    }),
    url: optionalSetting(text, named('url', 'password')),
    key: optionalSetting(text, named('key', 'all')),
  }),
})

describe('describeSettings', () => {
  it('says values as a file has them, by their names there, and no secret', () => {
    const inside = { waitMs: 90_000, url: 'redis://user:hunter2@host', key: 'hunter2' }

    expect(describeSettings(schema, { limit: 0, inside })).toEqual({
      limit: 0,
      wait: '90s',
      url: 'redis://•••@host',
      key: '•••',
    })
  })

  it('says `none` for what is not set', () => {
    const inside = { waitMs: 1_000, url: undefined, key: undefined }

    expect(describeSettings(schema, { limit: undefined, inside })).toEqual({
      limit: 'none',
      wait: '1s',
      url: 'none',
      key: 'none',
    })
  })
})
