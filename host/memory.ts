/** How much of this machine's memory Sightline uses. */
import { totalmem } from 'node:os'

/** Of the 4 GB that WebAssembly can address. Untouched it costs nothing. */
const ARENA = 3.5 * 2 ** 30

/** Of the machine, or what this process may have of it. */
const machineMemory = (): number => Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)

/** Bytes that values in use may take. Those that are only kept come on top; what does not fit is `memory.full`. */
export const workingMemory = (): number => Math.min(ARENA, machineMemory() / 2)

/** Bytes of results that are kept for later. */
export const defaultMemory = (): number => Math.min(3 * 2 ** 30, machineMemory() * 0.4)
