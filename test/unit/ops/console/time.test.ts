import { expect, it } from 'vitest'

import { withTimes } from '../../../../src/ops/console/time.ts'

it.each([
  ['paused since 2026-02-26 15:40:52 UTC (now)', '2026-02-26T15:40:52.000Z'],
  ['not before 2026-02-26T15:40:52.123Z', '2026-02-26T15:40:52.123Z'],
])('a moment in a sentence can be shown in another zone: %s', async (text, moment) => {
  const shown = String(await withTimes(text))
  expect(shown).toContain(`<time datetime="${moment}">2026-02-26 15:40:52 UTC</time>`)
  expect(shown.replaceAll(/<[^>]+>/g, '')).toBe(text.replace(/T(\d\d:\d\d:\d\d)\S+/, ' $1 UTC'))
})

it('what stands around it is escaped', async () => {
  const shown = String(await withTimes('<b> at 2026-02-26 15:40:52 UTC & on'))
  expect(shown).toMatch(/^&lt;b&gt; at <time .+<\/time> &amp; on$/)
})
