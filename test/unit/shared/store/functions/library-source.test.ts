import { createHash } from 'node:crypto'

import { expect, it } from 'vitest'

import {
  libraryRevision,
  librarySource,
  revisionOf,
} from '../../../../../src/shared/store/functions/library-source.ts'

/** Whoever changes the Lua gives it the next revision, and writes both here. */
const known = { revision: 2, sha1: '86513a357cc5b7a0730d4a509290e795a47ca7b9' }

it('is the source that belongs to its revision', () => {
  const sha1 = createHash('sha1').update(librarySource).digest('hex')
  expect({ revision: libraryRevision, sha1 }).toEqual(known)
})

it('says which revision it is; what does not say is older than all', () => {
  expect(revisionOf(librarySource)).toBe(libraryRevision)
  expect(revisionOf('#!lua name=ringback1\nlocal x = 1')).toBe(0)
})
