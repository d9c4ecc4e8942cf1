import { randomFrom } from '../../engine/types/random.ts'
import { defineWork } from '../../engine/types/work.ts'
import { felzenszwalb, type Pixels } from '../felzenszwalb.ts'
import { binned, described, type Grouped, group, ranked, type Similarities } from '../selective-search.ts'

export interface SelectiveInput {
  /** The picture in each of the colour spaces, channels from 0 to 1. */
  readonly pictures: readonly Pixels[]
  /** Scales of the segmentation, which are also the fewest pixels of its regions. */
  readonly scales: readonly number[]
  readonly similarities: readonly Similarities[]
  readonly seed: number
  /** Sides that a box must have, in pixels. */
  readonly least: number
}

export interface SelectiveOutput {
  /** Left, top, right, bottom of one box after the other, the likeliest first. */
  readonly boxes: Float32Array
  /** Regions of all segmentations that it began with. */
  readonly regions: number
}

export const selectiveWork = defineWork({
  name: 'detect/selective-search',
  run: ({ pictures, scales, similarities, seed, least }: SelectiveInput, context): SelectiveOutput => {
    const cancelled = (): boolean => context.cancelled
    const hierarchies: (readonly Grouped[])[] = []
    const all = pictures.length * scales.length * similarities.length
    let regions = 0
    for (const pixels of pictures) {
      const bins = binned(pixels)
      for (const scale of scales) {
        const { labels, count } = felzenszwalb(pixels, { scale, sigma: 0.8, least: scale }, cancelled)
        regions += count
        const given = described(bins, labels, count)
        for (const use of similarities) {
          if (cancelled()) break
          hierarchies.push(group(given, use, cancelled))
          context.progress(hierarchies.length / all, `strategy ${hierarchies.length} of ${all}`)
        }
      }
    }
    return { boxes: Float32Array.from(ranked(hierarchies, randomFrom(seed), least).flat()), regions }
  },
})
