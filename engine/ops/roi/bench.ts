import type { OpBench } from '../bench.ts'

/** 512 boxes of many sizes within a map of 960 × 540 features: beyond it TensorFlow.js has another rule. */
const boxes = Array.from({ length: 512 }, (_, i) => {
  const [x, y] = [2 + (i % 32) * 26, 2 + Math.floor(i / 32) * 30]
  return [x, y, x + 24 + (i % 7) * 15, y + 18 + (i % 5) * 12]
})
const bins = 14
const sampling = 2

/**
 * The places of all samples of a box along one axis are evenly spaced, so TensorFlow.js' cropAndResize takes them, and a mean of
 * 2 × 2 makes the bins: torchvision's roi_align with a sampling ratio of 2, aligned.
 * @returns the first and the last of them, as parts of the length
 */
function ends(from: number, to: number, length: number): readonly [number, number] {
  const step = (to - from) / (bins * sampling)
  return [(from - 0.5 + 0.5 * step) / (length - 1), (to - 0.5 - 0.5 * step) / (length - 1)]
}

export const benches: readonly OpBench[] = [
  {
    name: 'roiAlign',
    planes: 1,
    run: async (ops, { small }) =>
      ops.roiAlign(await ops.toTensor(small, { axes: 'NHWC' }), {
        boxes: boxes.flat(),
        size: [bins, bins],
        scale: 1,
        sampling,
        aligned: true,
      }),
    peers: () => ({
      tensorflow(tf, { small }) {
        const [, height = 0, width = 0] = small.shape
        const sides = boxes.map(([x0 = 0, y0 = 0, x1 = 0, y1 = 0]) => {
          const [[left, right], [top, bottom]] = [ends(x0, x1, width), ends(y0, y1, height)]
          return [top, left, bottom, right] as [number, number, number, number]
        })
        const of = tf.zeros([boxes.length], 'int32') as Parameters<typeof tf.image.cropAndResize>[2]
        const samples = tf.image.cropAndResize(small, tf.tensor2d(sides), of, [bins * sampling, bins * sampling])
        return tf.avgPool(samples, sampling, sampling, 'valid')
      },
    }),
  },
]
