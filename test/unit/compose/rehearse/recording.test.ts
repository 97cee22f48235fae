/** What is noted of a rehearsal while it goes on. */
import { expect, it } from 'vitest'

import { startRecorder } from '../../../../src/compose/rehearse/recording.ts'
import { systemClock } from '../../../../src/shared/time/clock.ts'

it('waits for a callback from when it is sent on its way, since it may be booked before that is answered', () => {
  const { noteSubmission, noteAcceptance, noteBooking, waiting } = startRecorder(systemClock)

  noteSubmission()
  noteSubmission()
  expect(waiting()).toBe(2)
  noteAcceptance({ id: 'slow', atMs: 1, expiresMs: undefined })
  noteBooking({ id: 'answered late', atMs: 2 })
  expect(waiting()).toBe(1)
  noteAcceptance({ id: 'answered late', atMs: 1, expiresMs: undefined })
  expect(waiting()).toBe(1)
  noteBooking({ id: 'slow', atMs: 3 })
  expect(waiting()).toBe(0)
})
