/** The results of a suite as rows: printed as a table for people, or as JSON for programs. */
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'

export interface Row {
  readonly suite: string
  readonly name: string
  /** Columns in printing order. Numbers are milliseconds unless the column says otherwise. */
  readonly figures: Readonly<Record<string, number | string>>
}

export type Report = (row: Row) => void

export interface SuiteOptions {
  readonly threads: number
  readonly report: Report
  readonly say: (line: string) => void
  /** Only rows whose name contains this text. */
  readonly only?: string
  /** The GPU, by part of its name. */
  readonly adapter?: string
}

export type Suite = (options: SuiteOptions) => Promise<void>

const cell = (value: number | string): string =>
  typeof value === 'number' ? value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0) : value

/** Prints each row as it arrives, with a heading whenever the columns change. */
export function table(print: (line: string) => void): Report {
  let last = ''
  return ({ suite, name, figures }) => {
    const keys = Object.keys(figures)
    const widths = keys.map((key) => Math.max(9, key.length))
    const head = `${suite}:${keys.join()}`
    if (head !== last) {
      print('')
      print(`${suite.padEnd(30)}${keys.map((key, i) => key.padStart((widths[i] ?? 0) + 2)).join('')}`)
    }
    last = head
    print(`${name.padEnd(30)}${keys.map((key, i) => cell(figures[key] ?? '').padStart((widths[i] ?? 0) + 2)).join('')}`)
  }
}

/** The machine, in one line. */
export function machine(threads: number): string {
  const model = cpus()[0]?.model ?? 'unknown processor'
  let system: string = process.platform
  try {
    system = /^PRETTY_NAME="(.*)"/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? system
  } catch {
    // Not Linux: use the platform's name.
  }
  return `${model}, ${availableParallelism()} processors (${threads} threads used), ${system}, Node ${process.version}`
}
