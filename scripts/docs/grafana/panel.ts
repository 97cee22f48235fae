/** One picture of the dashboard. What lies beside it in the grid follows from its width. */
export interface Panel {
  /** Never given again, nor changed: links lead to it. */
  id: number
  title: string
  /** What somebody should see in it, or do. */
  description: string
  kind: 'figure' | 'lines' | 'stack' | 'states' | 'table'
  /** As Grafana names it. */
  unit: Unit
  /** Of 24. */
  width: 4 | 6 | 8 | 12
  series: readonly PanelSeries[]
  /** From these values on it is orange, and red. */
  limits?: Limits
}

export type Unit =
  's' | 'short' | 'percentunit' | 'cpm' | 'cps' | 'bytes' | 'bool' | 'dateTimeFromNow'

export interface PanelSeries {
  /** PromQL, with the variables of Grafana. */
  expr: string
  /** What is written beside the line; names of labels in two braces. */
  legend: string
}

export interface Limits {
  orange?: number
  red: number
  /** True: less is worse. */
  falling?: boolean
}

export interface Row {
  id: number
  title: string
  panels: readonly Panel[]
}
