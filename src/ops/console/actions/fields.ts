import { html } from 'hono/html'

import type { Markup } from '../markup.ts'
import type { Field, FormField } from './action.ts'

export interface TextField {
  name: string
  label: string
  /** Such as `30m, 2h`. */
  hint?: string
  isRequired?: boolean
}

export function textField({ name, label, hint, isRequired = false }: TextField): FormField {
  const described = hint === undefined ? html`` : html`aria-describedby="${name}-hint"`
  return (sent) =>
    html`<p>
      <label for="${name}">${label}</label>
      <input
        id="${name}"
        name="${name}"
        value="${sent(name)}"
        maxlength="200"
        autocomplete="off"
        ${described}
        ${isRequired ? html`required` : ''}
      />
      ${hint === undefined ? '' : html`<small id="${name}-hint">${hint}</small>`}
    </p>`
}

export const reasonField: FormField = textField({
  name: 'reason',
  label: 'Why',
  hint: 'kept, and shown to others',
})

export interface Choice {
  value: string
  label: string
}

export function choiceField(
  { name, label }: Pick<TextField, 'name' | 'label'>,
  choices: readonly Choice[],
): FormField {
  const chosen = (sent: Field) => choices.find(({ value }) => value === sent(name)) ?? choices[0]
  return (sent) =>
    html`<fieldset>
      <legend>${label}</legend>
      ${choices.map(
        (choice) =>
          html`<p>
            <input
              type="radio"
              id="${name}-${choice.value}"
              name="${name}"
              value="${choice.value}"
              ${choice === chosen(sent) ? html`checked` : ''}
            />
            <label for="${name}-${choice.value}">${choice.label}</label>
          </p>`,
      )}
    </fieldset>`
}

export function tickField({ name, label }: Pick<TextField, 'name' | 'label'>): FormField {
  return (sent) =>
    html`<p>
      <input
        type="checkbox"
        id="${name}"
        name="${name}"
        value="yes"
        ${sent(name) === 'yes' ? html`checked` : ''}
      />
      <label for="${name}">${label}</label>
    </p>`
}
