/** A log that strangers can cause to be written: bounded in lines, in their length, and in their number over time. */
import type { Readable } from 'node:stream'
import { visible } from './visible.ts'

/** Characters of a line, lines of an entry, and lines in a period. */
const longest = 500
const most = 20
const inPeriod = 200
/** In ms. */
const period = 60_000

const cut = (line: string): string => (line.length > longest ? `${line.slice(0, longest)} ...` : line)

/**
 * An entry may have several lines (a stack). Beyond 200 lines a minute they are counted instead of written, and the count is
 * told at the end of the minute.
 * @param write gets single lines without control characters
 */
export function boundedLog(write: (line: string) => void): (entry: string) => void {
  let written = 0
  let left = 0
  let counting = false

  function renew(): void {
    counting = false
    written = 0
    if (left === 0) return
    const count = left
    left = 0
    put(`(${count} more ${count === 1 ? 'line' : 'lines'} within a minute: left out.)`)
  }

  function put(line: string): void {
    if (written >= inPeriod) {
      left++
      return
    }
    if (!counting) setTimeout(renew, period).unref()
    counting = true
    written++
    write(line)
  }

  return (entry) => {
    // Cut before anything that looks at every character.
    const lines = entry.slice(0, longest * most).split(/\r?\n/, most)
    for (const [i, line] of lines.entries()) put(`${i > 0 ? '  ' : ''}${visible(cut(line))}`)
  }
}

/** Passes on what another process writes, line by line; of a line that does not end only its beginning is kept. */
export function followLines(stream: Readable, log: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const [first = '', ...others] = text.split('\n')
    rest = (rest + first).slice(0, longest + 1)
    for (const next of others) {
      // Its two parts may come apart.
      log(rest.replace(/\r$/, ''))
      rest = next.slice(0, longest + 1)
    }
  })
  stream.on('end', () => {
    if (rest) log(rest)
  })
  stream.on('error', () => undefined)
}
