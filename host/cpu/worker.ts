/**
 * A worker thread of the pool: takes tiles of rows from the calls in the control memory and runs them. It talks to the
 * pool only through that memory (host/cpu/control.ts), so nothing waits for an event loop.
 */
import { workerData } from 'node:worker_threads'
import { instantiateKernels } from '../../engine/ops/cpu.ts'
import { type Control, STATE, slotsOf, WAKE } from './control.ts'

interface Start {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly control: SharedArrayBuffer
  readonly index: number
}

const { module, memory, control, index } = workerData as Start
const kernels = [...instantiateKernels(module, memory).values()]
const words = new Int32Array(control)
const slots = slotsOf(control)

/** How long to look for work before going to sleep, in ms: waking a thread costs about as much. */
const SPIN = 0.05

/** Runs tiles of one call until none is left. True when it ran any. */
function serve(slot: Control): boolean {
  if (slot.state() !== STATE.running) return false
  slot.enter()
  let worked = false
  // Looked at again inside: between the first look and entering the call may have ended and another taken its place.
  if (slot.state() === STATE.running) {
    const kernel = kernels[slot.kernel()]
    const args = slot.args(index)
    for (;;) {
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

for (;;) {
  const seen = Atomics.load(words, WAKE)
  let worked = false
  for (const slot of slots) if (serve(slot)) worked = true
  if (worked) continue
  const until = performance.now() + SPIN
  while (Atomics.load(words, WAKE) === seen && performance.now() < until);
  Atomics.wait(words, WAKE, seen)
}
