/**
 * Imported into a worker (`NODE_OPTIONS=--import=…`): its event loop is blocked for as long as a file exists. Unlike with a
 * frozen process, nothing else stops: the kernel acknowledges and keeps what the network brings meanwhile.
 */
import { existsSync } from 'node:fs'
import process from 'node:process'
import { setInterval } from 'node:timers'

const file = process.env['RINGBACK_TEST_BLOCK_WHILE'] ?? ''
const pollMs = 100
const neverWoken = new Int32Array(new SharedArrayBuffer(4))

function block() {
  while (existsSync(file)) Atomics.wait(neverWoken, 0, 0, pollMs)
}

setInterval(block, pollMs).unref()
