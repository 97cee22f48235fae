import { ioredisClasses, ownerOf } from './owner-of.js'

/**
 * Every Redis command is issued in src/shared/store, so that there is one list of who touches which key with what
 * (docs/redis-access.md is made from it). Elsewhere a connection is opened, watched, handed on and closed.
 */
const connection = new Set([
  ...['connect', 'disconnect', 'duplicate', 'on', 'once', 'off'],
  ...['options', 'status', 'stream'],
])

export const commandsInStore = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      astray:
        '{{text}} is a Redis command: issue it in src/shared/store/<thing>, in a function that says what it is for.',
    },
  },
  create: (context) => {
    const isRedis = (node) => {
      const type = context.sourceCode.parserServices.getTypeAtLocation(node)
      return ownerOf(type, ioredisClasses) !== undefined
    }
    const report = (node) =>
      context.report({
        node,
        messageId: 'astray',
        data: { text: context.sourceCode.getText(node) },
      })
    return {
      // Whether it is called at once or handed on to be called: `redis.get`, `redis['get']`.
      MemberExpression: (node) => {
        const { object, property, computed } = node
        if (object.type === 'Super' || (!computed && connection.has(property.name))) return
        if (isRedis(object)) report(node)
      },
      'VariableDeclarator > ObjectPattern.id': (node) => {
        const { init } = node.parent
        if (init && isRedis(init)) report(node)
      },
    }
  },
}
