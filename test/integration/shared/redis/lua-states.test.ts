import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { deadReasons, isEnd, states } from '../../../../src/shared/contract/states.ts'
import { readLuaFile } from '../../../../src/shared/redis/lua-file.ts'
import { redisUrl } from '../../../support/redis.ts'

const { body } = readLuaFile(
  new URL('../../../../src/shared/store/lua/states.lua', import.meta.url),
)

async function statesFor(question: string): Promise<unknown> {
  const redis = new Redis(redisUrl())
  onTestFinished(() => redis.disconnect())
  const source = `${body}
local found = {}
for _, state in ipairs(ARGV) do if ${question}(state) then found[#found + 1] = state end end
return found`
  return redis.eval(source, 0, ...states, 'unheard-of')
}

it('is ended for scripts as for us in the same states', async () => {
  expect(await statesFor('is_end')).toEqual(states.filter(isEnd))
})

it('is open for scripts in all others, and waits in those in which no attempt is under way', async () => {
  const open = states.filter((state) => !isEnd(state))
  expect(await statesFor('is_open')).toEqual(open)
  expect(await statesFor('is_waiting')).toEqual(open.filter((state) => state !== 'attempting'))
})

it('numbers the reasons of death for scripts as they are listed for us', () => {
  const letters = readLuaFile(
    new URL('../../../../src/shared/store/lua/letters.lua', import.meta.url),
  )
  const numbered = deadReasons.map((reason, index) => `${reason} = ${index + 1}`).join(', ')
  expect(letters.body).toContain(`{ ${numbered} }`)
})
