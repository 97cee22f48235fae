/** The next row of the lists on this page, or the one before: its link has the focus then, and `Enter` follows it. */
export function moveInRows(by: 1 | -1): void {
  const rows = [...document.querySelectorAll('#main tbody tr')].filter(
    (row) => row.querySelector('a') !== null,
  )
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by
  rows[next]?.querySelector('a')?.focus()
}
