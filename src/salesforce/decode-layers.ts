/** A text may have been quoted by a program that was quoted by another one. */
const maxLayers = 3

/**
 * A text as it was before programs quoted it: percent-encoding, escapes of JSON and entities of HTML are undone, layer by
 * layer, and digits and letters of full width become plain ones. `transform` is applied to each layer before the next is undone.
 */
export function decodeLayers(text: string, transform: (layer: string) => string): string {
  let layer = transform(text.normalize('NFKC'))
  for (let undone = 0; undone < maxLayers; undone += 1) {
    const inner = decodeOneLayer(layer)
    if (inner === layer) return layer
    layer = transform(inner.normalize('NFKC'))
  }
  return layer
}

function decodeOneLayer(text: string): string {
  return text
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) => utf8(run.replaceAll('%', '')))
    .replace(/\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_, long?: string, short?: string) =>
      character(Number.parseInt(long ?? short ?? '', 16)),
    )
    .replace(/&#(?:(\d{1,7})|x([0-9a-f]{1,6}));/gi, (_, decimal?: string, hex?: string) =>
      character(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)),
    )
}

function utf8(hex: string): string {
  return Buffer.from(hex, 'hex').toString()
}

function character(codePoint: number): string {
  return codePoint > 0x10ffff ? '\ufffd' : String.fromCodePoint(codePoint)
}
