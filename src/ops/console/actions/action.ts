import type { StoreConfig } from '../../../shared/config/config.ts'
import { whyProblem } from '../../../shared/contract/who-and-why.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import type { Operator } from '../../operations/audit/note-action.ts'
import type { Markup } from '../markup.ts'

/** What actions act on. */
export interface ActionDeps {
  store: StoreConfig
  clock: Clock
}

/** What an address asks for, and who asks. */
export interface ActionRequest {
  /** Of a callback or a run; empty where the address names none. */
  id: string
  destination: string | undefined
  operator: Operator
}

/** What a form has sent, without blanks around it; empty for what it has not. */
export type Field = (name: string) => string

/** A field of a form. Of one that is asked for once more, with what was sent before. */
export type FormField = (sent: Field) => Markup

/** The question before anything is done: a page of its own, so that it needs no script and nothing moves under the hand. */
export interface Question {
  /** The heading. */
  title: string
  /** What there is to know before. */
  notes: readonly (Markup | string)[]
  fields: readonly FormField[]
  button: string
  /** The command that does the same. */
  command: string
  /** Below the base path: the page that it is about. */
  back: string
}

/** Paths are below the base path. `wrong`: what was sent cannot be understood, and nothing was done. */
export type ActionAnswer =
  | { kind: 'done'; words: string; to: string }
  /** Something else had happened to it, and nothing was done. */
  | { kind: 'refused'; words: string; to: string }
  | { kind: 'wrong'; problem: string }

export interface Action {
  /** What the navigation marks. */
  view: string
  path: string
  ask: (deps: ActionDeps, request: ActionRequest) => Promise<Question>
  act: (deps: ActionDeps, request: ActionRequest, field: Field) => Promise<ActionAnswer>
}

/** The reason that was given, if any; or what is wrong with it. */
export function readReason(field: Field): { reason: string | undefined } | { problem: string } {
  const text = field('reason')
  if (text === '') return { reason: undefined }
  const problem = whyProblem(text)
  return problem === undefined ? { reason: text } : { problem: `The reason ${problem}.` }
}

export function wrong(problem: string): ActionAnswer {
  return { kind: 'wrong', problem }
}

/** As a part of an address. */
export function queryOf({ destination }: Pick<ActionRequest, 'destination'>): string {
  return destination === undefined ? '' : `?destination=${encodeURIComponent(destination)}`
}

export function callbackPath(request: ActionRequest): string {
  return `callbacks/${encodeURIComponent(request.id)}${queryOf(request)}`
}

export function runPath(request: Pick<ActionRequest, 'id' | 'destination'>): string {
  return `runs/${encodeURIComponent(request.id)}${queryOf(request)}`
}

export function inWords(outcome: string): string {
  return outcome.replaceAll('-', ' ')
}
