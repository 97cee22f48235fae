/**
 * Imported into a worker (`NODE_OPTIONS=--import=…`): when this channel of `node:diagnostics_channel` is first published to,
 * the event loop stands still until the file exists. Says so on stdout, as a line of the log.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { existsSync, writeSync } from 'node:fs'
import process from 'node:process'

const channel = process.env['RINGBACK_TEST_BLOCK_AT'] ?? ''
const file = process.env['RINGBACK_TEST_BLOCK_UNTIL'] ?? ''

function standStill() {
  unsubscribe(channel, standStill)
  writeSync(1, `${JSON.stringify({ msg: 'test.blocked', time: new Date().toISOString() })}\n`)
  while (!existsSync(file));
}

subscribe(channel, standStill)
