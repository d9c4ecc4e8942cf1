/** The request for a preview. */
import type { DisplayInput } from '../../values/display.ts'
import type { ChannelStatistics } from '../reduce/layout.ts'
import type { Rectangle } from './place.ts'

export interface PreviewParams {
  /** The largest size, in device pixels. */
  readonly width: number
  readonly height: number
  /** In the value's own pixels, fractions allowed. Absent: all of it. */
  readonly region?: Rectangle
  readonly display: DisplayInput
  /** From `statistics` without bins. Absent: made here if `needsStatistics` says so. */
  readonly statistics?: readonly Pick<ChannelStatistics, 'min' | 'max'>[]
}
