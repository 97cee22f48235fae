import { expect, it } from 'vitest'

import { readNumber } from '../../../../src/worker/sealing/sealing.ts'
import { sealedVectors, sealingOfVectors } from '../../../support/vectors.ts'

it.each(sealedVectors)(
  'a sealed number of the vectors is what they say: $name',
  async ({ sealed, id = 'v-1', wish, bound, number, code }) => {
    const reading = await readNumber(
      sealingOfVectors({ bound }),
      sealed,
      wish === true ? undefined : id,
    )
    expect(reading).toMatchObject(
      code === undefined ? { kind: 'number', number } : { kind: 'problem', code },
    )
    if (reading.kind === 'problem') expect(reading.message).not.toMatch(/\d{7}/)
  },
)

it('takes a number in the clear also where what is sealed has to be bound', async () => {
  const clear = '+18445791189'
  expect(await readNumber(sealingOfVectors({ bound: true }), clear, 'v-1')).toMatchObject({
    kind: 'number',
    number: clear,
  })
})
