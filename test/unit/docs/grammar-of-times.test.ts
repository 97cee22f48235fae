import { expect, it } from 'vitest'

import { parseIntent } from '../../../src/shared/contract/intent.ts'
import { wireProtocolPage } from '../../support/wire-protocol-page.ts'

/** Written, field and meaning of each row of the page's examples. */
const examples = [
  ...(
    wireProtocolPage.split('<!-- examples of times and durations -->')[1]?.split('\n\n')[1] ?? ''
  ).matchAll(/^\| `(.+?)` +\| `(\w+)` +\| `?(.+?)`? +\|$/gm),
].map(([, text = '', field = '', meaning = '']) => ({ text, field, meaning }))

it('has examples to try', () => {
  expect(examples.length).toBeGreaterThan(20)
})

it.each(examples)('reads $text as $meaning in $field, as the wire protocol says', (example) => {
  const { text, field, meaning } = example
  const parsed = parseIntent({ callId: 'c', callbackNumber: '+18445791189', [field]: text })
  if (meaning === 'refused') {
    expect(parsed).toMatchObject({ kind: 'invalid', problems: [{ field }] })
    return
  }
  const value = field === 'delay' ? Number(meaning) : meaning
  expect(parsed).toMatchObject({ kind: 'ok', intent: { [field]: value } })
})
