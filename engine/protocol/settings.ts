/** What the user of this machine chose for the program that computes. It counts from its next start. */
import { z } from 'zod'

export const mostThreads = 64
/** In MB. Less holds not even one large picture. */
export const leastMemory = 64
export const mostGpuMemory = 1_048_576

/** Absent: as this machine has it. */
export const machineSettings = z.object({
  /** What computes. `auto`: the fastest there is. */
  device: z.enum(['auto', 'cpu', 'gpu']).default('auto'),
  /** Which GPU: a part of its name. */
  adapter: z.string().max(200).optional(),
  /** Of the GPU, for values, in MB. */
  gpuMemory: z.number().int().min(leastMemory).max(mostGpuMemory).optional(),
  threads: z.number().int().min(1).max(mostThreads).optional(),
  /** For results that are kept, in MB. */
  memory: z.number().int().min(leastMemory).max(1_048_576).optional(),
})
export type MachineSettings = z.output<typeof machineSettings>

const use = z.object({
  device: z.string(),
  threads: z.number().int(),
  memory: z.number().int(),
  gpuMemory: z.number().int(),
})

export const settingsState = z.object({
  /** As they are kept. */
  settings: machineSettings,
  /** What is used now, and what would be without any settings. */
  now: use,
  usual: use,
  /** What the command line said: it wins over what is kept. */
  given: z.array(z.enum(['device', 'threads', 'memory'])),
  /** What this machine has. */
  machine: z.object({
    cores: z.number().int(),
    memory: z.number().int(),
    gpus: z.array(z.object({ name: z.string(), software: z.boolean() })),
    /** Why none is used, where one was looked for. */
    noGpu: z.string().optional(),
  }),
})
export type SettingsState = z.output<typeof settingsState>
