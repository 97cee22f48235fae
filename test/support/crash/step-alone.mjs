/** A process that does one thing which no command does at will: node step-alone.mjs <what> <namespace> [<text>] */
import process from 'node:process'

import { forgetConsumers } from '../../../dist/shared/store/inbox/inbox.js'
import { submitRaw } from '../../../dist/shared/store/inbox/submit.js'
import { connectFailingFast } from '../../../dist/shared/redis/connection.js'

const [what, namespace, text = ''] = process.argv.slice(2)
const ref = { namespace, destination: 'default' }
const redis = await connectFailingFast(process.env.RINGBACK_REDIS_URL)
if (what === 'submit') await submitRaw(redis, ref, text)
if (what === 'forget') await forgetConsumers(redis, ref, 0)
redis.disconnect()
