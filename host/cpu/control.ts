/**
 * The control memory of the thread pool: a counter that wakes the workers, and slots with one call in flight each. A call's
 * rows are taken in tiles, in order, sized by the time that the last tile took. Each row is accounted for once: run, or given
 * up when the call is stopped or fails; whoever accounts for the last one ends the call.
 */
import { type KernelCall, paced } from '../../engine/ops/cpu.ts'

/** Calls that can be in flight together; others queue. */
const IN_FLIGHT = 32
const MAX_ARGS = 48
const TEXT = 256
/** The target time of a tile, in ms, which is how long a stopped call, or others in flight with it, may have to wait. */
const AIM = 4
/** How long a thread stays with a call of shorter tiles, in ms, because switching calls takes time too. */
const TURN = 0.1

/** The word that changes whenever there is new work. */
export const WAKE = 0

export const STATE = { free: 0, running: 1, done: 2 } as const

// The words of a slot.
const STATE_WORD = 0
const KERNEL = 1
const ROWS = 2
const GRAIN = 3
const MOST = 4
const TILE = 5
const NEXT = 6
const REMAINING = 7
const INSIDE = 8
const FAILED = 9
const COUNT = 10
const SCRATCH = 11
const TEXT_LENGTH = 12
const WORDS = 16

const HEAD = 64
const SLOT_BYTES = WORDS * 4 + MAX_ARGS * 8 + TEXT
/** Beyond any number of rows, with room to count on: nothing is left to take. */
const EXHAUSTED = 2 ** 30

/** A worker may still be reading a slot whose call has ended, so there is one more for each. */
export const createControl = (threads: number): SharedArrayBuffer =>
  new SharedArrayBuffer(HEAD + (IN_FLIGHT + threads) * SLOT_BYTES)

export function slotsOf(control: SharedArrayBuffer): Control[] {
  const length = (control.byteLength - HEAD) / SLOT_BYTES
  return Array.from({ length }, (_, index) => slotOf(control, index, length - IN_FLIGHT))
}

export interface Tile {
  readonly start: number
  readonly end: number
}

/** Scratch memory: the first worker's part; the others follow, `part` bytes apart. */
export interface Scratch {
  readonly address: number
  readonly part: number
}

/** A slot, seen from the pool and from the workers. */
export interface Control {
  /** Pool: enters a call. `first`: rows of the first tiles, `most`: of any tile. `scratch`: for calls that need it. */
  start(call: KernelCall, kernel: number, first: number, most: number, scratch: Scratch | undefined): void
  /** Pool: the slot is free, and no worker is still reading its last call. */
  free(): boolean
  /** Pool: start no more of this call. */
  stop(): void
  /** Pool: resolves when the call or its crew has ended; false: it has ended already. */
  ended(): Promise<unknown> | false
  /** Pool: the crew has ended, so nobody else will report the end of the call. */
  abandon(): void
  /** Pool: the final number of rows per tile. */
  tile(): number
  /** Pool: empties the slot. Returns the message of a failed kernel. */
  finish(): string | undefined
  state(): number
  kernel(): number
  args(worker: number): number[]
  /** Must be followed by `leave`. False: as many are inside as there are threads. */
  enter(): boolean
  take(): Tile | undefined
  /** Worker: the tile has run, in this many ms. */
  ran(tile: Tile, spent: number): void
  fail(message: string): void
  leave(): void
}

function slotOf(buffer: SharedArrayBuffer, index: number, threads: number): Control {
  const offset = HEAD + index * SLOT_BYTES
  const words = new Int32Array(buffer, offset, WORDS)
  const numbers = new Float64Array(buffer, offset + WORDS * 4, MAX_ARGS)
  const text = new Uint8Array(buffer, offset + WORDS * 4 + MAX_ARGS * 8, TEXT)
  const get = (word: number) => Atomics.load(words, word)
  const set = (word: number, value: number) => Atomics.store(words, word, value)

  const account = (rows: number) => {
    if (rows === 0 || Atomics.sub(words, REMAINING, rows) !== rows) return
    set(STATE_WORD, STATE.done)
    Atomics.notify(words, STATE_WORD)
  }
  const giveUp = () => {
    const next = Atomics.exchange(words, NEXT, EXHAUSTED)
    account(Math.max(0, get(ROWS) - next))
  }

  return {
    start(call, kernel, first, most, scratch) {
      set(KERNEL, kernel)
      set(ROWS, call.rows)
      set(GRAIN, call.grain ?? 1)
      set(MOST, most)
      set(TILE, first)
      set(REMAINING, call.rows)
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
    abandon() {
      Atomics.notify(words, STATE_WORD)
    },
    tile: () => get(TILE),
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
    enter: () => Atomics.add(words, INSIDE, 1) < threads,
    take() {
      const rows = get(ROWS)
      const tile = get(TILE)
      // Check first, so that repeated late arrivals do not count up forever.
      if (get(NEXT) >= rows) return undefined
      const start = Atomics.add(words, NEXT, tile)
      return start < rows ? { start, end: Math.min(rows, start + tile) } : undefined
    },
    ran({ start, end }, spent) {
      set(TILE, Math.min(get(MOST), paced(end - start, spent, AIM, get(GRAIN))))
      account(end - start)
    },
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
 * Runs a tile of one call, and more for this many ms while there are any. True when it ran one.
 * @param worker whose part of the scratch memory to use
 */
export function runTiles(slot: Control, kernels: readonly Kernel[], worker: number, ms = TURN): boolean {
  if (slot.state() !== STATE.running) return false
  const wanted = slot.enter()
  let worked = false
  // Check again inside: between the first check and entering, the call may have ended and another taken its place.
  if (wanted && slot.state() === STATE.running) {
    const kernel = kernels[slot.kernel()]
    const args = slot.args(worker)
    const until = performance.now() + ms
    do {
      const tile = slot.take()
      if (!tile) break
      worked = true
      const start = performance.now()
      try {
        if (!kernel) throw new Error(`no kernel ${slot.kernel()}`)
        kernel(...args, tile.start, tile.end)
      } catch (error) {
        slot.fail(error instanceof Error ? error.message : String(error))
      }
      slot.ran(tile, performance.now() - start)
    } while (performance.now() < until)
  }
  slot.leave()
  return worked
}
