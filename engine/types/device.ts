/** The device that computes. */
export interface DeviceWords {
  readonly kind: 'cpu' | 'gpu'
  /** "cpu", or the GPU's name. */
  readonly name: string
  readonly threads: number
}
