/** A process that does one thing which no command does at will: node step-alone.mjs <what> <namespace> [<text>] */
import process from 'node:process'

import { forgetConsumers } from '../../../dist/shared/store/inbox/inbox.js'
import { submitRaw } from '../../../dist/shared/store/inbox/submit.js'
import { connectFailingFast } from '../../../dist/shared/redis/connection.js'
import { openStore } from '../../../dist/shared/redis/destination-store.js'

import { createProducer } from '../../../dist/producer/index.js'

const [what, namespace, text = ''] = process.argv.slice(2)
const redis = await connectFailingFast(process.env.RINGBACK_REDIS_URL)
const store = openStore(redis, { namespace, destination: 'default' })
if (what === 'submit') await submitRaw(store, text)
if (what === 'forget') await forgetConsumers(store, 0)
if (what === 'consume') await consume()
redis.disconnect()

async function consume() {
  const producer = createProducer({ namespace })
  for await (const end of producer.results({ group: 'crm', consumer: 'first', takeOverMs: 0 })) {
    await end.acknowledge()
    break
  }
  await producer.close()
}
