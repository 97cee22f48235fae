import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { html } from 'hono/html'

import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import { mayBeOperated, type AccessRules } from '../access/who-asks.ts'
import type { ConsoleRoutes, ConsoleVariables } from '../routes.ts'
import type { View } from '../pages.ts'
import type { Action, ActionAnswer, ActionDeps, ActionRequest, Field } from './action.ts'
import { actions } from './actions.ts'
import type { Notices } from './notices.ts'
import { questionPage } from './question-page.ts'

type Gated = Context<{ Variables: ConsoleVariables }>
type Show = (context: Gated, view: View, status: 200 | 400 | 403 | 405) => Promise<Response>

export interface ServedActions extends ActionDeps {
  basePath: string
  rules: AccessRules
  notices: Notices
  show: Show
}

const mostBytes = 8_192

/** An address for each action: asked for, it is a question; sent to, it is done. Only for those who may act. */
export function serveActions(app: ConsoleRoutes, served: ServedActions): void {
  const limit = bodyLimit({
    maxSize: mostBytes,
    onError: (context) => context.text('That is more than a form can hold.\n', 413),
  })
  for (const action of actions) {
    app.get(action.path, (context) => barred(context, served) ?? ask(context, served, { action }))
    app.post(
      action.path,
      // Before anything of it is read.
      (context, next) => barred(context, served) ?? next(),
      limit,
      (context) => act(context, served, action),
    )
  }
}

/** The answer to whoever may not act. */
function barred(context: Gated, { rules, show }: ServedActions): Promise<Response> | undefined {
  if (!mayBeOperated(rules)) {
    context.header('allow', 'GET')
    return show(context, { title: 'Not here', view: '', main: readOnly }, 405)
  }
  if (context.get('operator').role === 'operate') return undefined
  return show(context, { title: 'Not for you', view: '', main: onlyLooks }, 403)
}

const readOnly = html`<h1 data-still>This console only shows</h1>
  <p>Nothing can be changed here. See <code>RINGBACK_CONSOLE_ACCESS</code>.</p>`

const onlyLooks = html`<h1 data-still>You may only look</h1>
  <p>Somebody with the role <code>operate</code> may do this.</p>`

function requestOf(context: Gated): ActionRequest {
  return {
    id: context.req.param('id') ?? '',
    destination: context.req.query('destination'),
    operator: { name: context.get('operator').name, face: 'console' },
  }
}

interface Asking {
  action: Action
  problem?: string
  sent?: Field
}

const nothing: Field = () => ''

async function ask(
  context: Gated,
  served: ServedActions,
  { action, problem = '', sent = nothing }: Asking,
) {
  const question = await action.ask(served, requestOf(context))
  const { pathname, search } = new URL(context.req.url)
  const { basePath } = served
  const main = questionPage({
    question,
    basePath,
    action: `${pathname}${search}`,
    problem,
    sent: withoutNumbers(sent),
  })
  const view = { title: question.title, view: action.view, main }
  return served.show(context, view, problem === '' ? 200 : 400)
}

async function act(context: Gated, served: ServedActions, action: Action): Promise<Response> {
  const sent = await context.req.parseBody()
  const field = (name: string) => {
    const value = sent[name]
    return typeof value === 'string' ? value.trim() : ''
  }
  const answer = await action.act(served, requestOf(context), field)
  if (answer.kind === 'wrong') {
    return ask(context, served, { action, problem: answer.problem, sent: field })
  }
  return context.redirect(`${served.basePath}${addressOf(answer, served.notices)}`, 303)
}

/** No page shows a number, not even to whoever has written it there. */
function withoutNumbers(field: Field): Field {
  return (name) => {
    const text = field(name)
    return maskNumbersIn(text) === text ? text : ''
  }
}

/** A reload then shows it again, and does nothing again. */
function addressOf(
  { kind, words, to }: Exclude<ActionAnswer, { kind: 'wrong' }>,
  notices: Notices,
): string {
  const name = notices.keep({ words, isBad: kind === 'refused' })
  return `${to}${to.includes('?') ? '&' : '?'}notice=${name}`
}
