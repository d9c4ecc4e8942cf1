/** Quantiles of pictures, by histograms that become finer where the number is. */
import type { Ops } from '../engine/ops/calls.ts'
import type { ImageValue } from '../engine/values/index.ts'

const bins = 4096

/** Counts of the numbers of these channels. */
type Count = (range: readonly [number, number]) => Promise<readonly number[]>

/** The number with `rank` smaller ones, to a part in bins² of the range. */
async function ranked(rank: number, extent: readonly [number, number], count: Count): Promise<number> {
  let [low, high] = extent
  let left = rank
  for (let pass = 0; pass < 2 && high - low > Math.abs(low + high) * 1e-8; pass++) {
    const counts = await count([low, high])
    const step = (high - low) / bins
    let bin = 0
    while (bin < bins - 1 && left >= (counts[bin] ?? 0)) {
      left -= counts[bin] ?? 0
      bin++
    }
    ;[low, high] = [low + bin * step, low + (bin + 1) * step]
  }
  return (low + high) / 2
}

/**
 * Quantiles of all numbers of the picture, or of each channel by itself; linear between two numbers, as numpy.percentile.
 * NaN and infinite numbers do not count; undefined where there is no other.
 * @param percents 0 to 100
 * @returns for each channel (or for all together) one for each of `percents`
 */
export async function quantiles(
  ops: Ops,
  image: ImageValue,
  percents: readonly number[],
  each: 'channel' | 'all',
): Promise<readonly (readonly (number | undefined)[])[]> {
  const statistics = await ops.statistics(image, {})
  const { width, height } = image
  const groups = each === 'channel' ? statistics.map((_, c) => [c]) : [statistics.map((_, c) => c)]
  return Promise.all(
    groups.map((channels) => {
      const of = channels.map((c) => statistics[c])
      const size = of.reduce((sum, one) => sum + width * height - (one?.nan ?? 0) - (one?.infinite ?? 0), 0)
      const low = Math.min(...of.map((one) => one?.min ?? Infinity))
      const high = Math.max(...of.map((one) => one?.max ?? -Infinity))
      const count: Count = async (range) => {
        const made = await ops.statistics(image, { bins, range })
        return Array.from({ length: bins }, (_, bin) =>
          channels.reduce((sum, c) => sum + (made[c]?.histogram[bin] ?? 0), 0),
        )
      }
      return Promise.all(
        percents.map(async (percent) => {
          if (size === 0) return undefined
          const place = (percent / 100) * (size - 1)
          const rank = Math.floor(place)
          const at = async (rank: number): Promise<number> => {
            if (low === high || rank <= 0) return low
            return rank >= size - 1 ? high : ranked(rank, [low, high], count)
          }
          const first = await at(rank)
          return place === rank ? first : first + (place - rank) * ((await at(rank + 1)) - first)
        }),
      )
    }),
  )
}
