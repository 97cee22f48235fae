export const formats = ['jsonl', 'csv'] as const

export type Format = (typeof formats)[number]
