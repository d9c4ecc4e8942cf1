/** The user's settings of the engine on this machine. Effective at its next start. */
import { z } from 'zod'

export const mostThreads = 64
/** In MB. Less could not hold a single large picture. */
export const leastMemory = 64
export const mostGpuMemory = 1_048_576

/** Whether models may be fetched from there: a server on this machine needs no https. */
export const isHubAddress = (text: string): boolean =>
  /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])/.test(text) && URL.canParse(text)

/** Absent: this machine's default. */
export const machineSettings = z.object({
  /** The device. `auto`: the fastest there is. */
  device: z.enum(['auto', 'cpu', 'gpu']).default('auto'),
  /** The GPU, by part of its name. */
  adapter: z.string().max(200).optional(),
  /** GPU memory for values, in MB. */
  gpuMemory: z.number().int().min(leastMemory).max(mostGpuMemory).optional(),
  threads: z.number().int().min(1).max(mostThreads).optional(),
  /** Memory for kept results, in MB. */
  memory: z.number().int().min(leastMemory).max(1_048_576).optional(),
  /** The address of a model hub that is not the usual one: a mirror. */
  hub: z.string().max(500).optional(),
})
export type MachineSettings = z.output<typeof machineSettings>

const use = z.object({
  device: z.string(),
  threads: z.number().int(),
  memory: z.number().int(),
  gpuMemory: z.number().int(),
})

export const settingsState = z.object({
  /** As stored. */
  settings: machineSettings,
  /** The settings in effect, and the defaults. */
  now: use,
  usual: use,
  /** The command line's values, which take precedence over stored ones. */
  given: z.array(z.enum(['device', 'threads', 'memory'])),
  /** What this machine has. */
  machine: z.object({
    cores: z.number().int(),
    memory: z.number().int(),
    gpus: z.array(z.object({ name: z.string(), software: z.boolean() })),
    /** Why none is used, if one was looked for. */
    noGpu: z.string().optional(),
  }),
})
export type SettingsState = z.output<typeof settingsState>
