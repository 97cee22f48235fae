/** Reads intents whose zones are written in ever new capitals, and says by how much the process has grown. */
import { Buffer } from 'node:buffer'
import process from 'node:process'

import { decodeIntent } from '../../dist/shared/contract/decode-intent.js'

function read(timeZone) {
  const fields = { callId: 'c', callbackNumber: '+18445791189', timeZone }
  const intent = { ...fields, notBefore: '2026-02-26T15:40:52' }
  return decodeIntent(Buffer.from(JSON.stringify(intent))).kind === 'ok'
}

/** The nth way to write a name in capitals and small letters. */
function spelt(name, nth) {
  let bits = nth
  return Array.from(name, (letter) => {
    const capital = bits % 2 === 1
    bits = Math.floor(bits / 2)
    return capital ? letter.toUpperCase() : letter.toLowerCase()
  }).join('')
}

function megabytes() {
  globalThis.gc()
  return process.memoryUsage().rss / 2 ** 20
}

for (let nth = 0; nth < 200; nth += 1) read(`Europe/Nowhere${nth}`)
read('Europe/Vienna')
const before = megabytes()
let understood = 0
for (let nth = 0; nth < 4_000; nth += 1) {
  if (read(spelt('Europe/Vienna', nth))) understood += 1
  read(spelt('Europe/Nowheres', nth))
}
process.stdout.write(JSON.stringify({ megabytes: megabytes() - before, understood }))
