/** Values as seen outside the engine. */

import { SightlineError } from '../types/problem.ts'
import { type SequenceValue, type Shape, shapeOf, type Value } from '../values/index.ts'
import { Elements } from './elements.ts'
import { Lease } from './lease.ts'
import type { Given, Wired } from './result.ts'
import type { Task } from './task.ts'
import { Stopped } from './task.ts'

/** What is known of a value without its numbers. */
export const shapeOfValue = (value: Wired): Shape =>
  value.kind === 'series' ? { kind: 'sequence', length: value.length, element: value.element } : shapeOf(value)

/** Hands out values. Elements of sequences are made when requested, and last as `Elements` says, until the end. */
export class Outside {
  readonly #task: Task
  readonly #elements: Elements
  #ended = false

  /** @param limit of the elements, in bytes */
  constructor(task: Task, limit: number) {
    this.#task = task
    this.#elements = new Elements(limit)
  }

  value({ value }: Given, node: string): Value {
    if (value.kind !== 'series') return value
    const { length, element, labels } = value
    return {
      kind: 'sequence',
      length,
      element,
      ...(labels && { labels }),
      at: async (index, signal) => {
        if (!Number.isInteger(index) || index < 0 || index >= length)
          throw new SightlineError('sequence.index', { index, length })
        if (this.#ended) throw new Error('an element was asked for after the release')
        const lease = new Lease()
        try {
          const task = { ...this.#task, signal: AbortSignal.any([signal, this.#task.signal]) }
          const given = await value.at(index, { task, lease }, node)
          if (this.#ended) throw new Error('the values were released before the element was there')
          this.#elements.add(lease)
          return this.value(given, node)
        } catch (error) {
          lease.end()
          throw error instanceof Stopped && error.problem
            ? new SightlineError(error.problem.code, error.problem.params)
            : error
        }
      },
    } satisfies SequenceValue
  }

  end(): void {
    this.#ended = true
    this.#elements.end()
  }
}
