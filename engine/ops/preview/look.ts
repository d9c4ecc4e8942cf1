/** How a value's numbers become colours: which channels are shown, and the display that `auto` stands for. */

import type { DisplayInput } from '../../values/display.ts'
import type { ImageShape } from '../../values/index.ts'
import { channelRange } from '../ranges.ts'
import type { ChannelStatistics } from '../reduce/layout.ts'

export type Range = readonly [number, number]
export type Mode = 'clip' | 'stretch' | 'diverging' | 'viridis' | 'labels'

/** A preview's own display: `displaySchema` of the protocol, with `auto` resolved. */
export interface ChosenDisplay {
  readonly mode: Mode
  readonly channel?: number
  readonly range: readonly [number, number]
  readonly flag: boolean
}

/** The channels that are read, and what is done with them. */
export interface Shown {
  readonly first: number
  readonly count: number
  /** A colour picture, shown in its colours or, in false colours, as its gray. */
  readonly convert?: 'rgb' | 'gray'
  /** Pixels of the picture itself, no averages: numbers that are names have none. */
  readonly nearest?: true
  /** Nominal range of what is shown. */
  readonly nominal?: Range
}

const isFalseColour = (mode: DisplayInput['mode']): boolean =>
  mode === 'diverging' || mode === 'viridis' || mode === 'labels'

const withNominal = (shown: Shown, nominal: Range | undefined): Shown => (nominal ? { ...shown, nominal } : shown)

export function shownOf(shape: ImageShape, display: DisplayInput): Shown {
  const shown = channelsShown(shape, display)
  return display.mode === 'labels' ? { ...shown, nearest: true } : shown
}

function channelsShown(shape: ImageShape, { mode, channel }: DisplayInput): Shown {
  const { channels, space, alpha } = shape
  if (channel !== undefined) {
    const first = Math.min(channel, channels - 1)
    return withNominal({ first, count: 1 }, channelRange(shape, first))
  }
  const colours = channels - (alpha ? 1 : 0)
  const isColour = space !== 'data' && space !== 'gray'
  if (isColour) {
    const same = space === 'rgb' || space === 'bgr'
    const all = { first: 0, count: channels, convert: isFalseColour(mode) ? 'gray' : 'rgb' } as const
    return withNominal(all, same ? shape.range : [0, 1])
  }
  if (colours < 2 || isFalseColour(mode)) return withNominal({ first: 0, count: 1 }, channelRange(shape, 0))
  return withNominal({ first: 0, count: Math.min(3, colours) }, shape.range)
}

/** Whether the display depends on the value's own numbers, so that statistics are needed first. */
export function needsStatistics(shape: ImageShape, display: DisplayInput): boolean {
  if (display.range || display.mode === 'labels') return false
  return display.mode === 'stretch' || !shownOf(shape, display).nominal
}

/** The extent of what is shown; 0..1 for a picture without a finite number. */
export function extentOf(
  { first, count }: Pick<Shown, 'first' | 'count'>,
  statistics: readonly Pick<ChannelStatistics, 'min' | 'max'>[],
): Range {
  const channels = statistics.slice(first, first + count)
  const low = Math.min(...channels.map(({ min }) => min ?? Infinity))
  const high = Math.max(...channels.map(({ max }) => max ?? -Infinity))
  return low <= high ? [low, high] : [0, 1]
}

/** Whether the numbers shown differ from the picture's. */
export const isConverted = ({ space }: ImageShape, { convert }: Shown): boolean =>
  convert === 'gray' || (convert === 'rgb' && space !== 'rgb' && space !== 'bgr')

/** The channels whose extent counts: not opacity; the statistics of a tensor are those of one channel. */
export function measured({ channels, alpha }: ImageShape, planar: boolean, { first, count }: Shown) {
  if (planar) return { first: 0, count: 1 }
  return { first, count: alpha && count === channels && count > 1 ? count - 1 : count }
}

function chooseMode(shown: Shown, own: Range): Mode {
  const { count, convert, nominal } = shown
  if (convert || count > 1) return nominal ? 'clip' : 'stretch'
  const signed = (nominal ?? own)[0] < 0
  if (signed) return 'diverging'
  return nominal ? 'clip' : 'viridis'
}

/** Symmetric about 0 if 0 is the middle; never empty. */
function spanOf(mode: Mode, [a, b]: Range): Range {
  if (mode === 'diverging') {
    const most = Math.max(Math.abs(a), Math.abs(b)) || 1
    return [-most, most]
  }
  return a === b ? [a, a + 1] : a < b ? [a, b] : [b, a]
}

/** @param extent of what is shown, where `needsStatistics` */
export function chooseDisplay(shown: Shown, display: DisplayInput, extent?: Range): ChosenDisplay {
  const { range, channel, flag = false } = display
  const own = range ?? extent ?? [0, 1]
  const asked = display.mode ?? 'auto'
  const mode = asked === 'auto' ? chooseMode(shown, own) : asked
  // A label has its colour whatever others there are.
  if (mode === 'labels') return { mode, range: [0, 255], flag: false, ...(channel !== undefined && { channel }) }
  const base = range ?? (mode === 'stretch' ? own : (shown.nominal ?? own))
  return { mode, range: spanOf(mode, base), flag, ...(channel !== undefined && { channel }) }
}
