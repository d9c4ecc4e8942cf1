/** MediaPipe's decoding against NumPy, written after its C++ (fixtures/faces.py), on made-up numbers. */
import { describe, expect, it } from 'vitest'
import truth from './fixtures/faces.json' with { type: 'json' }
import { blend, decodeMediaPipe, mediaPipeDetectors, pointAnchors } from './mediapipe.ts'

const close = (numbers: readonly number[], digits = 3) => numbers.map((n) => expect.closeTo(n, digits) as number)

/** As `made_up` in faces.py. */
function madeUp(count: number, columns: number) {
  const numbers = Float64Array.from({ length: count * columns }, (_, i) => 9 * Math.sin(i * 12.9898))
  for (let i = 0; i < count; i++) {
    for (const k of [2, 3]) numbers[i * columns + k] = 24 + (numbers[i * columns + k] ?? 0)
    if (i % 97 === 0) numbers[i * columns + 2] = -5
  }
  const logits = Float64Array.from({ length: count }, (_, i) => 9 * Math.sin(i * 0.731) - 8.6)
  return { numbers: { shape: [1, count, columns], numbers }, scores: { shape: [1, count, 1], numbers: logits } }
}

describe.each(['face', 'palm', 'person'] as const)('%s', (name) => {
  const detector = mediaPipeDetectors[name]
  const count = pointAnchors(detector).length / 2
  const { numbers, scores } = madeUp(count, 4 + 2 * detector.points.length)

  it('has the anchors of MediaPipe', () => {
    const anchors = pointAnchors(detector)
    const at = [0, 1, 513, count - 1].map((i) => [...anchors.subarray(2 * i, 2 * i + 2)])
    expect(at).toEqual(truth[name].anchors.map((one) => close(one, 6)))
  })

  it('decodes and blends as MediaPipe', () => {
    const found = blend(decodeMediaPipe(scores, numbers, detector, 0.5), 0.3)
    expect(found.length).toBe(truth[name].count)
    for (const [i, { score, box, points }] of truth[name].first.entries()) {
      expect(found[i]?.score).toBeCloseTo(score, 6)
      expect(found[i]?.box).toEqual(close(box))
      expect(found[i]?.points).toEqual(close(points))
    }
  })

  it('says which shapes it wants', () => {
    const other = { ...numbers, shape: [1, count - 1, 4 + 2 * detector.points.length] }
    expect(() => decodeMediaPipe(scores, other, detector, 0.5)).toThrow(`1 × ${count} × `)
    expect(() => decodeMediaPipe({ ...scores, shape: [1, count] }, numbers, detector, 0.5)).toThrow(`1 × ${count} × 1`)
  })
})
