import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'
import { elementForms, structuringElement } from './element.ts'

const device = await createTestDevice()
afterEach(() => device.clear())

it('refuses elements that have no middle, no pixels or too many', async () => {
  const image = await device.noise(3, 3, 1)
  const wrong = [[[1, 1]], [[1], [1]], [[0]], [[1, 1, 1], [1]], [new Array(101).fill(1)], []]
  for (const element of wrong)
    await expect(device.ops.morphology(image, { operation: 'erode', element })).rejects.toMatchObject({
      code: 'op.unsupported',
    })
})

it('gives infinity where nothing of the picture is under the element', async () => {
  const image = await device.image(
    { kind: 'image', height: 1, width: 2, channels: 1, space: 'gray', alpha: false },
    [0.25, 0.5],
  )
  const element = [[1, 0, 0]]
  expect([...device.read(await device.ops.morphology(image, { operation: 'erode', element }))]).toEqual([
    Infinity,
    0.25,
  ])
  expect([...device.read(await device.ops.morphology(image, { operation: 'dilate', element }))]).toEqual([
    -Infinity,
    0.25,
  ])
})

const python = '/usr/bin/python3'
const usable = spawnSync(python, ['-c', 'import cv2']).status === 0

describe.skipIf(!usable)('structuring elements, by OpenCV (skipped where it is not installed)', () => {
  it('are those of cv2.getStructuringElement', () => {
    const sizes = [1, 3, 5, 7, 9, 11, 15, 31]
    const line = `import cv2, json; print(json.dumps([[cv2.getStructuringElement(form, (w, h)).tolist() for w in ${JSON.stringify(sizes)} for h in (w, 5)] for form in (cv2.MORPH_RECT, cv2.MORPH_ELLIPSE, cv2.MORPH_CROSS)]))`
    const wanted = JSON.parse(spawnSync(python, ['-c', line], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout)
    for (const [i, form] of elementForms.entries())
      expect(sizes.flatMap((w) => [w, 5].map((h) => structuringElement(form, w, h)))).toEqual(wanted[i])
  })
})
