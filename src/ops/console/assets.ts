import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'

export interface Asset {
  name: string
  contentType: string
  content: string
}

/** What a browser needs beside the pages. */
export interface Assets {
  /** Below the base path. Changes with their content, so that they may be kept for ever. */
  folder: string
  files: readonly Asset[]
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}

/** The scripts are compiled from `client/` when Ringback is built. */
export function readAssets(): Assets {
  const folder = new URL('assets/', import.meta.url)
  const files = readdirSync(folder)
    .toSorted()
    .flatMap((name) => {
      const contentType = contentTypes[extname(name)]
      if (contentType === undefined) return []
      return [{ name, contentType, content: readFileSync(new URL(name, folder), 'utf8') }]
    })
  const hash = createHash('sha256').update(JSON.stringify(files)).digest('base64url').slice(0, 12)
  return { folder: `assets/${hash}/`, files }
}
