/** Imported into a process (`NODE_OPTIONS=--import=…`): says of each package that is imported, once, as a line of the log, that it is. */
import { register } from 'node:module'

const hooks = `
import { writeSync } from 'node:fs'
const told = new Set()
export async function load(url, context, next) {
  const name = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1]
  if (name !== undefined && !told.has(name)) {
    told.add(name)
    writeSync(1, JSON.stringify({ msg: 'test.imported', time: new Date().toISOString(), name }) + '\\n')
  }
  return next(url, context)
}`

register(`data:text/javascript,${encodeURIComponent(hooks)}`)
