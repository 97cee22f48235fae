/** Elements of a picture, written as text. */
import { expect, it } from 'vitest'

import { element, polyline, text } from '../../../../../src/compose/rehearse/chart/svg.ts'

it('escapes what is written, and what stands in an attribute', () => {
  expect(text('a < b & c', { class: '"x">' })).toBe(
    '<text class="&quot;x&quot;&gt;">a &lt; b &amp; c</text>',
  )
})

it('closes an element that holds nothing, and writes numbers to a tenth of a pixel', () => {
  expect(element('rect', { x: 1.25, y: 1 / 3 })).toBe('<rect x="1.3" y="0.3"/>')
  const points = [
    { x: 0, y: 10.04 },
    { x: 2.55, y: 3 },
  ]
  expect(polyline(points, 'booked')).toBe('<polyline class="booked" points="0,10 2.6,3"/>')
})
