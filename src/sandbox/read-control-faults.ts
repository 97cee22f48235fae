import { parseFaultOption } from './fault-option.ts'
import { readFaults, type ReadFaults } from './faults.ts'

/**
 * The faults that a request to the control endpoint names: a JSON array of faults, each as JSON or as on the command line;
 * or plain text, one fault a line as on the command line.
 */
export function readControlFaults(text: string): ReadFaults {
  const items = itemsOf(text)
  if (!Array.isArray(items)) return readFaults(items)
  const drafts = items.map((item: unknown, index) => draftOf(item, index))
  const read = readFaults(drafts.map(({ draft }) => draft))
  if (read.kind === 'faults') return read
  // Where the text is not a fault on the command line either, that reader's message says more.
  const better = new Map(drafts.map(({ problem }, index) => [`${index}`, problem]))
  return {
    kind: 'problems',
    problems: read.problems.map((each) => better.get(each.split(/[.:]/)[0] ?? '') ?? each),
  }
}

interface Draft {
  draft: unknown
  problem: string | undefined
}

function draftOf(item: unknown, index: number): Draft {
  if (typeof item !== 'string') return { draft: item, problem: undefined }
  const fault = parseFaultOption(item)
  return 'problem' in fault
    ? { draft: item, problem: `${index}: ${fault.problem}` }
    : { draft: fault, problem: undefined }
}

/** What is not JSON is read as plain text; without a line in it, it names no faults. */
function itemsOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const lines = text.split('\n').map((line) => line.trim())
    const faults = lines.filter((line) => line !== '')
    return faults.length === 0 ? undefined : faults
  }
}
