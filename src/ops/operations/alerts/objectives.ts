import type { Alert } from './alert.ts'

/** What is promised of a month, and by which ratio of which counters it is told whether it is missed. */
interface Objective {
  name: string
  /** Of the recorded ratio. */
  record: string
  /** How much may be missed. */
  budget: number
  /** Of what is missed, and of all, in a window. */
  missed: (window: string) => string
  all: (window: string) => string
  summary: string
  todo: string
  anchor: string
}

/** In seconds. */
const windows = {
  '5m': 300,
  '30m': 1_800,
  '1h': 3_600,
  '2h': 7_200,
  '6h': 21_600,
  '1d': 86_400,
  '3d': 259_200,
} as const
type Window = keyof typeof windows

const sum = (labels: string, counted: string) =>
  `sum without (instance, pod, ${labels}) (rate(${counted}))`

const ended = 'ringback_callbacks_ended_total'
/** Ends that are nobody's failure but of whoever asked for the callback. */
const theirs = 'reason!~"invalid|refused"'

const objectives: readonly Objective[] = [
  {
    name: 'Punctuality',
    record: 'ringback:attempts_late:ratio_rate',
    budget: 0.01,
    missed: (window) =>
      `${sum('le', `ringback_attempt_lateness_seconds_bucket{le="+Inf"}[${window}]`)} - ${sum('le', `ringback_attempt_lateness_seconds_bucket{le="60"}[${window}]`)}`,
    all: (window) => sum('le', `ringback_attempt_lateness_seconds_bucket{le="+Inf"}[${window}]`),
    summary: 'More attempts begin over a minute late than the month’s one percent allows.',
    todo: 'Look at what holds the destination back: ringback stats. If nothing does, raise concurrency or the rate, or add a worker.',
    anchor: 'the-queue-grows',
  },
  {
    name: 'Booked',
    record: 'ringback:callbacks_not_booked:ratio_rate',
    budget: 0.005,
    missed: (window) => sum('state, reason', `${ended}{state="dead",${theirs}}[${window}]`),
    all: (window) => sum('state, reason', `${ended}{state=~"booked|dead",${theirs}}[${window}]`),
    summary: 'More callbacks end without being booked than the month’s half percent allows.',
    todo: 'Look at the reasons and codes of the dead letters, mend the cause, and send them again as a run.',
    anchor: 'dead-letters-grow',
  },
]

export interface RecordingRule {
  record: string
  expr: string
}

/** A ratio of nothing is no number, and no alarm. */
export const recordingRules: readonly RecordingRule[] = objectives.flatMap((objective) =>
  Object.keys(windows).map((window) => ({
    record: `${objective.record}${window}`,
    expr: `(${objective.missed(window)}) / (${objective.all(window)} > 0)`,
  })),
)

/** How many times as fast as the budget lasts it is used up, in two windows each: the short one ends the alarm. */
export const objectiveAlerts: readonly Alert[] = objectives.flatMap((objective) => [
  {
    ...shown(objective),
    name: `Ringback${objective.name}BurnsFast` as const,
    expr: `${burns(objective, 14.4, ['1h', '5m'])} or ${burns(objective, 6, ['6h', '30m'])}`,
    for: '2m',
    severity: 'critical' as const,
  },
  {
    ...shown(objective),
    name: `Ringback${objective.name}BurnsSlowly` as const,
    expr: `${burns(objective, 3, ['1d', '2h'])} or ${burns(objective, 1, ['3d', '6h'])}`,
    for: '15m',
    severity: 'warning' as const,
  },
])

function shown({ summary, todo, anchor }: Objective) {
  return { summary, todo, anchor, isSo: undefined }
}

/** In an hour in which three callbacks end, one is a third of all: it wakes nobody. */
function burns(
  { record, budget, all }: Objective,
  factor: number,
  [long, short]: [Window, Window],
) {
  const limit = Number((factor * budget).toFixed(4))
  const enough = `${all(long)} * ${windows[long]} > 20`
  return `(${record}${long} > ${limit} and ${record}${short} > ${limit} and ${enough})`
}
