import { html } from 'hono/html'

import type { Markup } from '../markup.ts'

export interface TextField {
  name: string
  label: string
  /** Such as `30m, 2h`. */
  hint?: string
  value?: string
  isRequired?: boolean
}

export function textField({
  name,
  label,
  hint,
  value = '',
  isRequired = false,
}: TextField): Markup {
  const described = hint === undefined ? html`` : html`aria-describedby="${name}-hint"`
  return html`<p>
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      value="${value}"
      maxlength="200"
      autocomplete="off"
      ${described}
      ${isRequired ? html`required` : ''}
    />
    ${hint === undefined ? '' : html`<small id="${name}-hint">${hint}</small>`}
  </p>`
}

export const reasonField: Markup = textField({
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
): Markup {
  return html`<fieldset>
    <legend>${label}</legend>
    ${choices.map(
      (choice, index) =>
        html`<p>
          <input
            type="radio"
            id="${name}-${choice.value}"
            name="${name}"
            value="${choice.value}"
            ${index === 0 ? html`checked` : ''}
          />
          <label for="${name}-${choice.value}">${choice.label}</label>
        </p>`,
    )}
  </fieldset>`
}

export function tickField({ name, label }: Pick<TextField, 'name' | 'label'>): Markup {
  return html`<p>
    <input type="checkbox" id="${name}" name="${name}" value="yes" />
    <label for="${name}">${label}</label>
  </p>`
}
