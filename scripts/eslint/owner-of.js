/** Whose methods are asked about: the classes of a package through which it is used. */
export const ioredisClasses = new Map([
  ['ioredis', new Set(['Redis', 'Commander', 'ChainableCommander', 'Pipeline'])],
])

/** The one of those classes that a type is, if it is declared in that package. */
export function ownerOf(type, packages) {
  const parts = type.isUnion() ? type.types : [type]
  for (const part of parts) {
    const symbol = part.getSymbol()
    const files = symbol?.declarations?.map((each) => each.getSourceFile().fileName) ?? []
    for (const [name, classes] of packages) {
      const isFrom = (file) => file.includes(`/node_modules/${name}/`)
      if (classes.has(symbol?.name) && files.some(isFrom)) return symbol.name
    }
  }
  return undefined
}
