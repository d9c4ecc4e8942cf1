/** How a learning rate changes while a network is trained. */

export const schedules = ['constant', 'step', 'cosine'] as const

export interface Schedule {
  readonly schedule: (typeof schedules)[number]
  readonly rate: number
  readonly epochs: number
  /** Epochs over which it grows evenly from almost 0 to the rate. */
  readonly warmUp: number
  /** `step`: every `stepEpochs` epochs the rate is multiplied by `stepFactor`. */
  readonly stepEpochs: number
  readonly stepFactor: number
}

/**
 * The rate of a step. torch.optim.lr_scheduler's StepLR and CosineAnnealingLR (Loshchilov and Hutter 2017, equation 5), the latter
 * step by step; the warm-up is linear (Goyal et al. 2017).
 * @param step from 0 @param steps of an epoch
 */
export function rateAt(
  { schedule, rate, epochs, warmUp, stepEpochs, stepFactor }: Schedule,
  step: number,
  steps: number,
): number {
  const warm = Math.round(warmUp * steps)
  if (step < warm) return (rate * (step + 1)) / (warm + 1)
  if (schedule === 'step') return rate * stepFactor ** Math.floor(step / steps / stepEpochs)
  if (schedule === 'cosine') {
    const left = Math.max(1, epochs * steps - warm)
    return (rate * (1 + Math.cos((Math.PI * (step - warm)) / left))) / 2
  }
  return rate
}
