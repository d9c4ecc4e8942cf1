/**
 * The control memory of the thread pool: a counter that wakes the workers, and slots, each with one call in flight.
 * A call is cut in tiles, taken in order. Each is accounted for once: run, or given up when the call is stopped or fails;
 * whoever accounts for the last one ends the call.
 */
import type { KernelCall } from '../../engine/ops/cpu.ts'

/** Calls that can be in flight together; more of them queue. */
const IN_FLIGHT = 32
const MAX_ARGS = 48
const TEXT = 256

/** The word that changes whenever there is new work. */
export const WAKE = 0

export const STATE = { free: 0, running: 1, done: 2 } as const

// Words of a slot.
const STATE_WORD = 0
const KERNEL = 1
const ROWS = 2
const TILE = 3
const TILES = 4
const NEXT = 5
const REMAINING = 6
const INSIDE = 7
const FAILED = 8
const COUNT = 9
const SCRATCH = 10
const TEXT_LENGTH = 11
const WORDS = 16

const HEAD = 64
const SLOT_BYTES = WORDS * 4 + MAX_ARGS * 8 + TEXT
/** Past any number of tiles, with room to count on: nothing is left to take. */
const EXHAUSTED = 2 ** 30

/** A worker may still look at a slot whose call has ended, so there is one more for each. */
export const createControl = (threads: number): SharedArrayBuffer =>
  new SharedArrayBuffer(HEAD + (IN_FLIGHT + threads) * SLOT_BYTES)

export const slotsOf = (control: SharedArrayBuffer): Control[] =>
  Array.from({ length: (control.byteLength - HEAD) / SLOT_BYTES }, (_, index) => slotOf(control, index))

export interface Tile {
  readonly start: number
  readonly end: number
}

/** Scratch memory: where the first worker's part is; the others follow, `part` bytes apart. */
export interface Scratch {
  readonly address: number
  readonly part: number
}

/** The pool's side and the workers' side of one slot. */
export interface Control {
  /** Pool: puts a call in. `scratch`: of calls that need it. */
  start(call: KernelCall, kernel: number, tile: number, scratch: Scratch | undefined): void
  /** Pool: no call is in the slot, and no worker is still looking at the one that was. */
  free(): boolean
  /** Pool: nothing more of this call is to be started. */
  stop(): void
  /** Pool: resolves when the call has ended; false: it has already. */
  ended(): Promise<unknown> | false
  /** Pool: empties the slot. Gives the message of a kernel that failed. */
  finish(): string | undefined
  state(): number
  kernel(): number
  args(worker: number): number[]
  enter(): void
  take(): Tile | undefined
  /** Worker: the tile taken last has run. */
  ran(): void
  fail(message: string): void
  leave(): void
}

function slotOf(buffer: SharedArrayBuffer, index: number): Control {
  const offset = HEAD + index * SLOT_BYTES
  const words = new Int32Array(buffer, offset, WORDS)
  const numbers = new Float64Array(buffer, offset + WORDS * 4, MAX_ARGS)
  const text = new Uint8Array(buffer, offset + WORDS * 4 + MAX_ARGS * 8, TEXT)
  const get = (word: number) => Atomics.load(words, word)
  const set = (word: number, value: number) => Atomics.store(words, word, value)

  const account = (tiles: number) => {
    if (tiles === 0 || Atomics.sub(words, REMAINING, tiles) !== tiles) return
    set(STATE_WORD, STATE.done)
    Atomics.notify(words, STATE_WORD)
  }
  const giveUp = () => {
    const next = Atomics.exchange(words, NEXT, EXHAUSTED)
    account(Math.max(0, get(TILES) - next))
  }

  return {
    start(call, kernel, tile, scratch) {
      set(KERNEL, kernel)
      set(ROWS, call.rows)
      set(TILE, tile)
      const tiles = Math.ceil(call.rows / tile)
      set(TILES, tiles)
      set(REMAINING, tiles)
      set(NEXT, 0)
      set(FAILED, 0)
      set(COUNT, call.args.length)
      set(SCRATCH, scratch ? 1 : 0)
      numbers.set(call.args)
      numbers[MAX_ARGS - 2] = scratch?.address ?? 0
      numbers[MAX_ARGS - 1] = scratch?.part ?? 0
      set(STATE_WORD, STATE.running)
    },
    free: () => get(STATE_WORD) === STATE.free && get(INSIDE) === 0,
    stop: giveUp,
    ended() {
      const wait = Atomics.waitAsync(words, STATE_WORD, STATE.running)
      return wait.async ? wait.value : false
    },
    finish() {
      const message = get(FAILED) ? new TextDecoder().decode(text.slice(0, get(TEXT_LENGTH))) : undefined
      set(STATE_WORD, STATE.free)
      return message
    },
    state: () => get(STATE_WORD),
    kernel: () => get(KERNEL),
    args(worker) {
      const args = Array.from(numbers.subarray(0, get(COUNT)))
      if (get(SCRATCH)) args.push((numbers[MAX_ARGS - 2] ?? 0) + worker * (numbers[MAX_ARGS - 1] ?? 0))
      return args
    },
    enter() {
      Atomics.add(words, INSIDE, 1)
    },
    take() {
      const tile = Atomics.add(words, NEXT, 1)
      if (tile >= get(TILES)) return undefined
      const start = tile * get(TILE)
      return { start, end: Math.min(get(ROWS), start + get(TILE)) }
    },
    ran: () => account(1),
    fail(message) {
      if (Atomics.compareExchange(words, FAILED, 0, 1) === 0)
        set(TEXT_LENGTH, new TextEncoder().encodeInto(message, text).written)
      giveUp()
    },
    leave() {
      Atomics.sub(words, INSIDE, 1)
    },
  }
}

type Kernel = (...args: number[]) => void

/**
 * Runs tiles of one call until none is left, or until a time has come. True when it ran any.
 * @param worker whose part of the scratch memory to use
 */
export function runTiles(slot: Control, kernels: readonly Kernel[], worker: number, until?: number): boolean {
  if (slot.state() !== STATE.running) return false
  slot.enter()
  let worked = false
  // Looked at again inside: between the first look and entering the call may have ended and another taken its place.
  if (slot.state() === STATE.running) {
    const kernel = kernels[slot.kernel()]
    const args = slot.args(worker)
    while (until === undefined || performance.now() < until) {
      const tile = slot.take()
      if (!tile) break
      worked = true
      try {
        if (!kernel) throw new Error(`no kernel ${slot.kernel()}`)
        kernel(...args, tile.start, tile.end)
      } catch (error) {
        slot.fail(error instanceof Error ? error.message : String(error))
      }
      slot.ran()
    }
  }
  slot.leave()
  return worked
}
