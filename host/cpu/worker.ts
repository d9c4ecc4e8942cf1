/**
 * A worker thread of the pool: takes tiles of rows from the calls in the control memory and runs them. It communicates with the
 * pool only through that memory (host/cpu/control.ts), so nothing waits for an event loop.
 */
import { workerData } from 'node:worker_threads'
import { instantiateKernels } from '../../engine/ops/cpu.ts'
import { runTiles, slotsOf, WAKE } from './control.ts'

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

/** How long to look for work before sleeping, in ms: waking a thread costs about as much. */
const SPIN = 0.02

for (;;) {
  const seen = Atomics.load(words, WAKE)
  let worked = false
  // About a tile of each in turn: none waits for another's end, and calls that read the same rows find them in the cache.
  for (const slot of slots) if (runTiles(slot, kernels, index)) worked = true
  if (worked) continue
  const until = performance.now() + SPIN
  while (Atomics.load(words, WAKE) === seen && performance.now() < until);
  Atomics.wait(words, WAKE, seen)
}
