#!/usr/bin/env node
// The command of the image: Ringback, and traces of it where the environment says where they go.
import process from 'node:process'

import { wantsTraces } from './wants-traces.js'

if (wantsTraces(process.env, process.argv)) await import('./traces.js')
await import('../../dist/main.js')
