/** Error stacks with positions in the sources. Reads source maps only on an error; Node's own support reads them at every start. */
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const place = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/g

function mapOf(url: string): { readonly map: SourceMap; readonly folder: string } | undefined {
  try {
    const file = fileURLToPath(url)
    return { map: new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8'))), folder: dirname(file) }
  } catch {
    // Not a bundled file: the position is right as it is.
    return undefined
  }
}

/** The stack as text, or a plain text of a thrown value that is no error. */
export function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const maps = new Map<string, ReturnType<typeof mapOf>>()
  return String(error.stack ?? error).replace(place, (given: string, url: string, line: string, column: string) => {
    if (!maps.has(url)) maps.set(url, mapOf(url))
    const found = maps.get(url)
    const entry = found?.map.findEntry(Number(line) - 1, Number(column) - 1)
    if (!found || !entry || !('originalSource' in entry)) return given
    return `${resolve(found.folder, entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
  })
}
