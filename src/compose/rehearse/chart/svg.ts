type Attributes = Readonly<Record<string, string | number>>

/** An element of SVG. What it holds is SVG already. */
export function element(
  name: string,
  attributes: Attributes,
  content: readonly string[] = [],
): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? rounded(value) : value)}"`,
  )
  const opening = `<${name}${written.join('')}`
  return content.length === 0 ? `${opening}/>` : `${opening}>${content.join('')}</${name}>`
}

export function text(words: string, attributes: Attributes): string {
  return element('text', attributes, [escaped(words)])
}

export interface Point {
  x: number
  y: number
}

export function polyline(points: readonly Point[], className: string): string {
  return element('polyline', { class: className, points: joined(points) })
}

export function polygon(points: readonly Point[], className: string): string {
  return element('polygon', { class: className, points: joined(points) })
}

function joined(points: readonly Point[]): string {
  return points.map(({ x, y }) => `${rounded(x)},${rounded(y)}`).join(' ')
}

/** A tenth of a pixel is more than anybody sees. */
function rounded(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function escaped(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
