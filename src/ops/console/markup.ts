import type { html } from 'hono/html'

/** What `html` makes: whatever is put into it is escaped. */
export type Markup = ReturnType<typeof html>
