import { ioredisClasses, ownerOf } from './owner-of.js'

/**
 * Whatever ioredis and BullMQ are told to do is done within `takeStep` (src/shared/telemetry/steps.ts), so that every side
 * effect has a point before and after it at which test/scenario/crash-at-every-step.test.ts kills a process. Reading, and
 * what a connection does with itself, is listed here; any other method is taken for a side effect.
 */
const owners = new Map([
  ...ioredisClasses,
  ['bullmq', new Set(['Queue', 'Job', 'Worker', 'FlowProducer'])],
])

const harmless = new Set([
  // Connections, workers and queues as such.
  ...['connect', 'disconnect', 'duplicate', 'quit', 'close', 'isRunning', 'on', 'once', 'off'],
  // What a connection does with itself, or another one of this process.
  ...['client ID', 'client UNBLOCK'],
  // Reading.
  ...[
    'config GET',
    'function LIST',
    'call XINFO',
    'callBuffer XRANGE',
    'xinfo GROUPS',
    'acl LIST',
    'call ACL DRYRUN',
  ],
  ...[
    'exists',
    'get',
    'hget',
    'hgetBuffer',
    'hgetall',
    'hkeys',
    'hmget',
    'hmgetBuffer',
    'hstrlen',
    'info',
    'llen',
    'lrange',
    'lrangeBuffer',
    'mget',
    'ping',
    'pttl',
    'smembers',
  ],
  ...[
    'scan',
    'scanStream',
    'time',
    'type',
    'wait',
    'xlen',
    'xpending',
    'xrange',
    'xread',
    'xrevrange',
  ],
  ...['zcard', 'zcount', 'zrange', 'zrangeBuffer', 'zrank', 'zscan', 'zscore'],
  ...['getJob', 'getJobCounts', 'getJobState', 'isPaused'],
  // A worker that rests; a queue that is paused would rest for all.
  ...['Worker.pause', 'Worker.resume'],
])

export const sideEffectsAreSteps = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      unannounced:
        '{{call}} is a side effect: do it within takeStep (src/shared/telemetry/steps.ts), with a step of its own, so ' +
        'that a process is killed before and after it. If it only reads, add it to scripts/eslint/side-effects-are-steps.js.',
    },
  },
  create: (context) => ({
    CallExpression: (node) => {
      const { callee } = node
      if (callee.type !== 'MemberExpression') return
      // A connection of ours hands on what it was given: whoever gave it took the step.
      if (callee.object.type === 'Super') return
      const type = context.sourceCode.parserServices.getTypeAtLocation(callee.object)
      const owner = ownerOf(type, owners)
      if (owner === undefined || isHarmless(node, owner)) return
      if (isWithinStep(context.sourceCode.getAncestors(node))) return
      const call = context.sourceCode.getText(callee)
      context.report({ node, messageId: 'unannounced', data: { call } })
    },
  }),
}

function isHarmless({ callee, arguments: [first, second] }, owner) {
  const name = callee.property.name ?? ''
  if (harmless.has(name) || harmless.has(`${owner}.${name}`)) return true
  if (first?.type !== 'Literal') return false
  if (harmless.has(`${name} ${first.value}`)) return true
  return second?.type === 'Literal' && harmless.has(`${name} ${first.value} ${second.value}`)
}

/** `takeStep(step, subject, () => …)`: within its third argument, on whatever level. */
function isWithinStep(ancestors) {
  return ancestors.some(
    (each, index) =>
      each.type === 'CallExpression' &&
      each.callee.name === 'takeStep' &&
      each.arguments[2] === ancestors[index + 1],
  )
}
