/** Legible on both, whichever the reader prefers. */
const light = {
  paper: '#ffffff',
  ink: '#1f2328',
  faint: '#59636e',
  grid: '#d1d9e0',
  accepted: '#59636e',
  booked: '#1a7f37',
  expired: '#bc4c00',
  waiting: '#0969da',
  requests: '#8250df',
  limit: '#cf222e',
  away: '#cf222e',
  open: '#cf222e',
  trying: '#bf8700',
  closed: '#1a7f37',
}

const dark: typeof light = {
  paper: '#0d1117',
  ink: '#f0f6fc',
  faint: '#9198a1',
  grid: '#3d444d',
  accepted: '#9198a1',
  booked: '#3fb950',
  expired: '#db6d28',
  waiting: '#58a6ff',
  requests: '#ab7df8',
  limit: '#f85149',
  away: '#f85149',
  open: '#f85149',
  trying: '#d29922',
  closed: '#3fb950',
}

export const style = `
svg { ${variables(light)} }
@media (prefers-color-scheme: dark) { svg { ${variables(dark)} } }
text { font: 12px system-ui, sans-serif; fill: var(--ink) }
.title { font-size: 16px; font-weight: 600 }
.faint { fill: var(--faint) }
.left { text-anchor: end }
.middle { text-anchor: middle }
.paper { fill: var(--paper) }
.grid { stroke: var(--grid); stroke-width: 1 }
.away { fill: var(--away); opacity: .12 }
polyline { fill: none; stroke-width: 2; stroke-linejoin: round }
.accepted { stroke: var(--accepted); stroke-dasharray: 5 3; fill: none }
.booked { stroke: var(--booked); fill: none }
.expired { stroke: var(--expired); fill: none }
.waiting { fill: var(--waiting); opacity: .45 }
.requests { fill: var(--requests) }
.limit { stroke: var(--limit); stroke-dasharray: 6 3; stroke-width: 1.5 }
.closed { fill: var(--closed) }
.open { fill: var(--open) }
.half-open, .ramp { fill: var(--trying) }
`

function variables(colours: typeof light): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ')
}
