import { json, type Reply } from './reply.ts'

/** One line of the table of what can be asked. */
export interface Route {
  method: 'GET'
  path: string
  answer: () => Reply | Promise<Reply>
}

/** What is asked for. */
export interface RouteRequest {
  method?: string | undefined
  url?: string | undefined
}

export type Router = (asked: RouteRequest) => Promise<Reply>

export function createRouter(routes: readonly Route[]): Router {
  const methods = [...new Set(routes.flatMap(methodsOf))]
  return async ({ method = '', url = '/' }) => {
    if (!methods.includes(method)) return notAllowed(methods)
    const path = url.split('?')[0]
    const route = routes.find((each) => each.path === path && methodsOf(each).includes(method))
    if (route === undefined) return json(404, { paths: routes.map((each) => each.path) })
    try {
      return await route.answer()
    } catch {
      // No error text: it could tell a stranger where Redis is.
      return json(500, { error: 'see the log' })
    }
  }
}

/** Whoever may ask for a page may ask for its head: Node leaves the body out. */
function methodsOf({ method }: Route): string[] {
  return [method, 'HEAD']
}

function notAllowed(methods: readonly string[]): Reply {
  return { ...json(405, { methods }), headers: { allow: methods.join(', ') } }
}
