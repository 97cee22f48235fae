import { expect, it } from 'vitest'

import { faultNames } from '../../../src/sandbox/faults.ts'
import { documentedNames, readRepositoryFile } from '../../support/wire-protocol-page.ts'

it('docs/sandbox.md explains every fault, and no other', () => {
  const page = readRepositoryFile('docs/sandbox.md')
  expect(documentedNames(page, 'faults')).toEqual(faultNames.toSorted())
})
