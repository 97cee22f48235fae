const kept = 'ringback-zone'

export interface Zones {
  /** Writes every time that is shown in the zone that is chosen. */
  apply: () => void
  toggle: () => void
}

/** The page comes in UTC. Whoever likes sees the time of his own place, with its offset. */
export function showZones(): Zones {
  const button = document.querySelector<HTMLButtonElement>('#zone')
  let isLocal = read() === 'local'

  const apply = () => {
    button?.setAttribute('aria-pressed', String(isLocal))
    for (const element of document.querySelectorAll('time')) {
      const at = new Date(element.dateTime)
      if (Number.isNaN(at.getTime())) continue
      const text = isLocal ? inLocalTime(at) : inUtc(at)
      element.textContent = element.classList.contains('of-day') ? ofDay(text) : text
    }
  }
  const toggle = () => {
    isLocal = !isLocal
    write(isLocal ? 'local' : 'utc')
    apply()
  }
  button?.addEventListener('click', toggle)
  apply()
  return { apply, toggle }
}

function inUtc(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

function inLocalTime(at: Date): string {
  const offset = -at.getTimezoneOffset()
  const sign = offset < 0 ? '-' : '+'
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  const local = new Date(at.getTime() + offset * 60_000)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ')
  return `${local} UTC${sign}${two(hours)}:${two(minutes)}`
}

/** Without the day and the seconds: `15:00 UTC+01:00`. */
function ofDay(text: string): string {
  const [, time = '', zone = ''] = text.split(' ')
  return `${time.slice(0, 'hh:mm'.length)} ${zone}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** Where a browser keeps nothing, the choice is for this page. */
function read(): string | null {
  try {
    return localStorage.getItem(kept)
  } catch {
    return null
  }
}

function write(zone: string): void {
  try {
    localStorage.setItem(kept, zone)
  } catch {
    // Then it is asked for again.
  }
}
