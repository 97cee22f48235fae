import ts from 'typescript'
import { describe, expect, it } from 'vitest'

import { errorCodes } from '../../../src/shared/errors/errors.ts'
import {
  documentedNames,
  fencedBlocks,
  readRepositoryFile,
} from '../../support/wire-protocol-page.ts'

const root = new URL('../../../', import.meta.url)

/** A program without a project around it: `ringback` is what is in `src`. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  noEmit: true,
  strict: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  lib: ['lib.es2023.d.ts', 'lib.es2024.string.d.ts'],
  types: ['node'],
  paths: { ringback: [new URL('src/producer/index.ts', root).pathname] },
}

/** What the compiler says of these programs, each beside this test. */
function complaintsAbout(programs: readonly string[]): string[] {
  const names = programs.map((_, index) => new URL(`block-${index}.mts`, import.meta.url).pathname)
  const texts = new Map(names.map((name, index) => [name, programs[index] ?? '']))
  const host = ts.createCompilerHost(options)
  const real = ts.createCompilerHost(options)
  host.readFile = (name) => texts.get(name) ?? real.readFile(name)
  host.fileExists = (name) => texts.has(name) || real.fileExists(name)
  host.getSourceFile = (name, target, ...rest) => {
    const text = texts.get(name)
    return text === undefined
      ? real.getSourceFile(name, target, ...rest)
      : ts.createSourceFile(name, text, target)
  }
  return ts
    .getPreEmitDiagnostics(ts.createProgram(names, options, host))
    .map(({ file, messageText }) => {
      const name = file?.fileName.split('/').at(-1) ?? ''
      return `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    })
}

describe('every program in TypeScript that the pages show', () => {
  it('compiles at its strictest', { timeout: 60_000 }, () => {
    const programs = ['README.md', 'docs/library.md'].flatMap((file) =>
      fencedBlocks(readRepositoryFile(file), 'ts'),
    )
    expect(programs.length).toBeGreaterThan(5)
    expect(complaintsAbout(programs)).toEqual([])
  })

  it('would not compile with a field or an option that does not exist', { timeout: 60_000 }, () => {
    const [wrong = ''] = complaintsAbout([
      "import { createProducer } from 'ringback'\ncreateProducer({ url: 'redis://x' })",
    ])
    expect(wrong).toContain("'url' does not exist in type 'ProducerOptions'")
  })
})

it('docs/library.md lists errors that exist', () => {
  const documented = documentedNames(readRepositoryFile('docs/library.md'), 'errors of a producer')
  expect(documented.length).toBeGreaterThan(0)
  expect(documented.filter((code) => !Object.hasOwn(errorCodes, code))).toEqual([])
})
