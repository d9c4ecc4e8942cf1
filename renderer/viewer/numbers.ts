/** The numbers of the visible pixels, requested while pixels are large enough to hold them. */
import type { MethodResult } from '../../engine/protocol/methods.ts'
import type { Amount } from '../../engine/protocol/provenance.ts'
import { request } from '../state/engine.ts'
import { newestOnly } from '../state/newest.ts'
import type { Rect, Size } from './camera.ts'
import type { Subject } from './picture.ts'

export type Part = MethodResult<'numbers'>

/** The smallest pixel, in CSS pixels, that has room for its number. */
export const writtenFrom = 34
/** At that size, no more pixels than this are visible. */
const mostPixels = 16_384

export interface Numbers {
  /** The numbers at hand, possibly of another region or an older result. */
  readonly part: Part | undefined
  /** The visible region; undefined: write no numbers. */
  want(part: Rect | undefined): void
  /** There is a new result. */
  renew(): void
}

/** How many channels the difference of two has: one of one channel goes with each, and opacity is left out where only one has it. */
export const differenceChannels = (a: number, b: number): number =>
  a === 1 || b === 1 ? Math.max(a, b) : Math.min(a, b)

/** The number of a channel, or the only one. */
export const channelAt = <T>(values: readonly T[], channels: number, pixel: number, c: number): T | undefined =>
  values[pixel * channels + (channels === 1 ? 0 : c)]

/** a − b, number by number; undefined where they are not of one size. */
export function subtract(a: Part, b: Part): Part | undefined {
  const pixels = a.width * a.height
  if (pixels !== b.width * b.height || a.channels === 0 || b.channels === 0) return undefined
  const channels = differenceChannels(a.channels, b.channels)
  const values = Array.from({ length: pixels * channels }, (_, i): Amount | null => {
    const [pixel, c] = [Math.floor(i / channels), i % channels]
    const [one, other] = [channelAt(a.values, a.channels, pixel, c), channelAt(b.values, b.channels, pixel, c)]
    return one === null || other === null ? null : minus(one ?? 'NaN', other)
  })
  return { ...a, channels, values }
}

/** What is no number stays what it is. */
const minus = (a: Amount, b: Amount | undefined): Amount =>
  typeof a === 'number' && typeof b === 'number' ? a - b : typeof a === 'number' ? (b ?? a) : a

async function numbersOf({ node, port, minus: other }: Subject, part: Rect): Promise<Part | undefined> {
  const [own, taken] = await Promise.all([
    request('numbers', { node, port, ...part }),
    other && request('numbers', { node: other.node, port: other.port, ...part }),
  ])
  return taken ? subtract(own, taken) : own
}

export function createNumbers(of: Subject, onCome: () => void): Numbers {
  let part: Part | undefined
  let wanted: Rect | undefined
  const ask = newestOnly<Part | undefined>()
  const go = (): void => {
    const asked = wanted
    if (!asked) return
    ask(
      () => numbersOf(of, asked),
      (came) => {
        // Without a result there are no numbers; the node itself says why.
        part = wanted ? came : undefined
        onCome()
      },
    )
  }
  return {
    get part() {
      return part
    },
    want(next) {
      if (JSON.stringify(next) === JSON.stringify(wanted)) return
      wanted = next
      if (next) go()
      else part = undefined
    },
    renew: go,
  }
}

/** The visible pixels of a picture. */
export function pixelsInSight(rect: Rect, stage: Size, size: Size): Rect | undefined {
  const scale = rect.width / size.width
  const x = Math.max(0, Math.floor(-rect.x / scale))
  const y = Math.max(0, Math.floor(-rect.y / scale))
  const width = Math.min(size.width, Math.ceil((stage.width - rect.x) / scale)) - x
  const height = Math.min(size.height, Math.ceil((stage.height - rect.y) / scale)) - y
  return width > 0 && height > 0 && width * height <= mostPixels ? { x, y, width, height } : undefined
}

/** The same number of decimals for all, fewer if there is no room; a real minus sign. */
export function inPixel(value: Amount, digits: number): string {
  if (typeof value === 'string') return value
  const size = Math.abs(value)
  const left = digits - (size >= 10 ? Math.floor(Math.log10(size)) : 0)
  const text = size >= 1e5 ? value.toExponential(0) : value.toFixed(Math.max(0, left))
  return text.replaceAll('-', '−')
}
