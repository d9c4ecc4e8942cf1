/**
 * What definitions say about nodes by looking at the world (the identity of a file, the sockets of a model). Asked once and kept
 * until a file is reported to have changed, so that an edit does not query the file system for every node.
 */
import { type Problem, toProblem } from '../types/problem.ts'

/** The answer, or why there is none. */
export type Answer<T> = { readonly value: T } | { readonly problem: Problem }

export interface Question<T> {
  /** Nodes with the same key share the answer. */
  readonly key: string
  /** The files it depends on. */
  readonly paths: readonly string[]
  ask(): T | Promise<T>
}

interface Asked<T> {
  readonly paths: readonly string[]
  readonly promise: Promise<void>
  /** Absent while the question is pending. */
  answer?: Answer<T>
}

export class Answers<T> {
  #asked = new Map<string, Asked<T>>()

  /** Asks what is not known yet, and forgets what nobody asks any more. Undefined: everything is known. */
  prepare(questions: Iterable<Question<T>>): Promise<void> | undefined {
    const now = new Map<string, Asked<T>>()
    const waits: Promise<void>[] = []
    for (const question of questions) {
      if (now.has(question.key)) continue
      const asked = this.#asked.get(question.key) ?? ask(question)
      now.set(question.key, asked)
      if (!asked.answer) waits.push(asked.promise)
    }
    this.#asked = now
    return waits.length > 0 ? Promise.all(waits).then(() => undefined) : undefined
  }

  /** Undefined if it was not prepared, and while it is pending. */
  of(key: string): Answer<T> | undefined {
    return this.#asked.get(key)?.answer
  }

  /** The files to watch. */
  get paths(): readonly string[] {
    return [...this.#asked.values()].flatMap(({ paths }) => paths)
  }

  /** A file, or one in a watched folder, changed: its answers are requested again. Returns whether anybody reads it. */
  changed(path: string): boolean {
    let found = false
    for (const [key, { paths }] of this.#asked)
      if (
        paths.some((watched) => path === watched || path.startsWith(`${watched}/`) || path.startsWith(`${watched}\\`))
      ) {
        this.#asked.delete(key)
        found = true
      }
    return found
  }

  forget(): void {
    this.#asked.clear()
  }
}

function ask<T>(question: Question<T>): Asked<T> {
  const { paths } = question
  const promise = Promise.resolve()
    .then(() => question.ask())
    .then(
      (value): Answer<T> => ({ value }),
      (error: unknown): Answer<T> => ({ problem: toProblem(error) }),
    )
    .then((answer) => {
      asked.answer = answer
    })
  const asked: Asked<T> = { paths, promise }
  return asked
}

/** The files that a definition watches for a node with these parameters. */
export const watchedBy = (
  watches: ((given: Readonly<Record<string, unknown>>) => readonly string[]) | undefined,
  params: Readonly<Record<string, unknown>>,
): readonly string[] => watches?.(params).filter((path) => path !== '') ?? []
