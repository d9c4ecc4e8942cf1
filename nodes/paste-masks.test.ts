/** Small masks in their boxes, as torchvision pastes them (fixtures/paste.py). */
import { afterAll, describe, expect, it } from 'vitest'
import type { LabelmapValue, MaskValue, TensorValue } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { boxesFrom } from './boxes.ts'
import truth from './fixtures/paste.json' with { type: 'json' }
import { pasteMask } from './paste-masks.ts'
import { pasteMasks } from './segment/paste-masks.ts'

const [height = 0, width = 0] = truth.size
const size = { width, height }
const given = { masks: Float32Array.from(truth.masks), side: truth.side, boxes: Float32Array.from(truth.boxes) }
const bench = await createNodeBench('.')
const { device } = bench
afterAll(() => bench.close())

describe('masks in their boxes', () => {
  it.each(truth.scores.map((_, i) => i))('are those of torchvision: box %i', (index) => {
    const whole = new Float32Array(width * height)
    const pasted = pasteMask(given, index, size)
    for (let y = 0; y < (pasted?.height ?? 0); y++)
      for (let x = 0; x < (pasted?.width ?? 0); x++)
        whole[((pasted?.top ?? 0) + y) * width + (pasted?.left ?? 0) + x] =
          pasted?.numbers[y * pasted.width + x] ?? Number.NaN
    const wanted = truth.pasted[index] ?? []
    expect(wanted.length).toBe(whole.length)
    expect(Math.max(...whole.map((v, i) => Math.abs(v - (wanted[i] ?? Number.NaN))))).toBeLessThan(1e-5)
  })

  const inputs = async (count = 4) => ({
    image: await device.image(
      { kind: 'image', width, height, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
      new Float32Array(width * height * 3),
    ),
    boxes: await boxesFrom(
      { boxes: given.boxes, scores: truth.scores, classes: [0, 1, 0, 1] },
      { width, height, names: ['cat', 'dog'] },
      device.ops,
    ),
    masks: (await device.ops.fromNumbers({
      shape: { kind: 'tensor', shape: [count, 1, truth.side, truth.side], axes: [...'NCHW'] },
      numbers: given.masks.subarray(0, count * truth.side ** 2),
    })) as TensorValue,
  })

  it('become labels, the best box on top, named by their class', async () => {
    const { objects, mask } = await bench.run(pasteMasks, await inputs())
    const { labels, names } = objects as LabelmapValue
    expect(Array.from(device.read(labels))).toEqual(truth.labels)
    expect(names).toEqual(['background', 'cat 1', 'dog 2', 'cat 3', 'dog 4'])
    expect(Array.from(device.read((mask as MaskValue).pixels))).toEqual(truth.labels.map((label) => Math.min(1, label)))
  })

  it('outside the picture, or of no finite box, are nothing', () => {
    for (const boxes of [
      [40, 30, 50, 44],
      [Number.NaN, 0, 1, 1],
    ])
      expect(pasteMask({ ...given, boxes }, 0, size)).toBeUndefined()
  })

  it('of another number of boxes are refused', async () => {
    await expect(bench.run(pasteMasks, await inputs(3))).rejects.toMatchObject({ code: 'masks.shape' })
  })
})
