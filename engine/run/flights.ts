/**
 * Computations under way, by key. A caller that wants a result being computed joins; when the last one leaves, it is stopped. The
 * result is held for those who joined, so that it cannot be evicted before they have it.
 */

import type { Key } from './keys.ts'
import type { Holdable } from './lease.ts'

interface State<T, E> {
  readonly controller: AbortController
  readonly promise: Promise<T>
  readonly listeners: Set<(event: E) => void>
  last: E | undefined
  passengers: number
  landed: T | undefined
}

export interface Boarding<T> {
  readonly result: Promise<T>
  /** Call it once, even after the result has arrived. */
  leave(): void
}

export class Flights<T extends Holdable, E> {
  readonly #flights = new Map<Key, State<T, E>>()
  /** Includes those that were stopped and have not ended yet. */
  readonly #moving = new Set<Promise<unknown>>()

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#moving.size > 0) await Promise.allSettled(this.#moving)
  }

  get size(): number {
    return this.#flights.size
  }

  /**
   * Joins a computation under way, or starts it. `start` returns a result held once, for those who joined. `listen` is called with
   * the last event at once, and with those that follow.
   */
  join(
    key: Key,
    start: (signal: AbortSignal, tell: (event: E) => void) => Promise<T>,
    listen?: (event: E) => void,
  ): Boarding<T> {
    const flight = this.#flights.get(key) ?? this.#start(key, start)
    if (listen) {
      flight.listeners.add(listen)
      if (flight.last !== undefined) listen(flight.last)
    }
    return { result: flight.promise, leave: this.#board(key, flight, listen) }
  }

  /** Keeps the computations with wanted keys from being stopped, until the returned function is called. */
  adopt(wanted: (key: Key) => boolean): () => void {
    const leaves: (() => void)[] = []
    for (const [key, flight] of this.#flights) if (wanted(key)) leaves.push(this.#board(key, flight))
    return () => {
      for (const leave of leaves.splice(0)) leave()
    }
  }

  #start(key: Key, start: (signal: AbortSignal, tell: (event: E) => void) => Promise<T>): State<T, E> {
    const controller = new AbortController()
    const listeners = new Set<(event: E) => void>()
    const tell = (event: E): void => {
      flight.last = event
      for (const listener of listeners) listener(event)
    }
    // Started in a microtask, so that `tell` finds the flight registered.
    const promise = Promise.resolve().then(() => start(controller.signal, tell))
    const flight: State<T, E> = { controller, promise, listeners, last: undefined, passengers: 0, landed: undefined }
    this.#flights.set(key, flight)
    const end = promise.then(
      (result) => {
        this.#remove(key, flight)
        if (flight.passengers === 0) result.drop()
        else flight.landed = result
      },
      // Those who joined see the error.
      () => this.#remove(key, flight),
    )
    this.#moving.add(end)
    end.finally(() => this.#moving.delete(end))
    return flight
  }

  #board(key: Key, flight: State<T, E>, listen?: (event: E) => void): () => void {
    flight.passengers++
    let left = false
    return () => {
      if (left) return
      left = true
      if (listen) flight.listeners.delete(listen)
      if (--flight.passengers > 0) return
      flight.landed?.drop()
      flight.landed = undefined
      this.#remove(key, flight)
      flight.controller.abort(nobodyWaits)
    }
  }

  #remove(key: Key, flight: State<T, E>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}

/** The reason of the engine's aborted signals. */
export const cancelled = (): DOMException => new DOMException('Cancelled.', 'AbortError')

/** The reason of every abandoned flight. Making a DOMException takes as long as running a small node, so all share one. */
const nobodyWaits = cancelled()
