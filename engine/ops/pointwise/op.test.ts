import { afterEach, describe, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'
import { abs, add, describeExpr, div, evaluate, expr, linearOf, mix, mul, pow, select, sub } from '../expr.ts'
import { compile } from './program.ts'

const device = await createTestDevice()
afterEach(device.clear)
const average = { formula: expr((a, b) => mix(a, b, 0.5)) }

describe('pointwise', () => {
  it('is like the picture with the most channels, unless said otherwise', async () => {
    const [mask, image] = [await device.noise(4, 5, 1, { space: 'data', range: [0, 9] }), await device.noise(4, 5, 3)]
    expect(await device.ops.pointwise(mask, image, average)).toMatchObject({ space: 'rgb', channels: 3, range: [0, 1] })
    const other = await device.ops.pointwise(image, mask, { ...average, space: 'data', range: null })
    expect(other.space).toBe('data')
    expect(other.range).toBeUndefined()
  })

  it('does not compute with opacity: it is that of the first picture with any', async () => {
    const [opaque, glass] = [await device.noise(4, 5, 3), await device.noise(4, 5, 4)]
    const negative = { formula: expr((a) => sub(1, a)) }
    const read = device.read(await device.ops.pointwise(glass, negative))
    expect(read[3]).toBe(device.read(glass)[3])
    const sum = device.read(await device.ops.pointwise(opaque, glass, { formula: expr((a, b) => add(a, b)) }))
    expect(sum[7]).toBe(device.read(glass)[7])
    expect(sum[4]).toBe(Math.fround((device.read(opaque)[3] ?? 0) + (device.read(glass)[4] ?? 0)))
  })

  it('says what does not go together', async () => {
    const image = await device.noise(4, 5, 3)
    const refuse = async (other: Parameters<typeof device.noise>, params: object) =>
      expect(device.ops.pointwise(image, await device.noise(...other), average)).rejects.toMatchObject(params)
    await refuse([5, 4, 3], { code: 'shape.mismatch', params: { what: 'size', a: '5 × 4 pixels', b: '4 × 5 pixels' } })
    await refuse([4, 5, 2], { code: 'shape.mismatch', params: { what: 'channels', a: '3', b: '2' } })
    await refuse([4, 5, 3, { space: 'lab' }], { code: 'shape.mismatch', params: { what: 'colour space' } })
    await expect(device.ops.pointwise(image, average)).rejects.toMatchObject({ code: 'op.unsupported' })
    const four = { formula: expr((a) => add(a, [1, 2, 3, 4])) }
    await expect(device.ops.pointwise(image, four)).rejects.toMatchObject({ code: 'op.unsupported' })
  })

  it('divides as IEEE does', async () => {
    const image = await device.image(
      { kind: 'image', height: 1, width: 3, channels: 1, space: 'gray', alpha: false },
      [1, 0, -1],
    )
    expect([...device.read(await device.ops.pointwise(image, { formula: expr((a) => div(a, 0)) }))]).toEqual([
      Infinity,
      Number.NaN,
      -Infinity,
    ])
  })
})

describe('formulas', () => {
  it('tell the weights of what is linear, for each channel', () => {
    const formula = expr((a, b) => add(mix(a, mul(b, [1, 2, 3]), 0.25), -0.5))
    expect(linearOf(formula, 2)).toEqual({ constant: -0.5, weights: [0.75, 0.75] })
    expect(
      linearOf(
        expr((a) => div(a, 4)),
        0,
      ),
    ).toEqual({ constant: 0, weights: [0.25] })
    for (const curve of [expr((a) => mul(a, a)), expr((a) => pow(a, 2)), expr((a) => div(1, a)), expr((a) => abs(a))])
      expect(linearOf(curve, 0)).toBeUndefined()
  })

  it('are written in plain signs', () => {
    expect(describeExpr(expr((a, b) => mul(sub(a, 0.5), b)).body)).toBe('((a − 0.5) · b)')
    expect(describeExpr(expr((a) => select(a, 1, [1, 2])).body)).toBe('(a ? 1 : [1, 2])')
  })

  it('work constants out and shared parts once, in few registers', () => {
    const formula = expr((a) => {
      const twice = mul(a, add(1, 1))
      return add(mul(twice, twice), mul(twice, sub(twice, 3)))
    })
    const { lines, constants, temporaries } = compile(formula.body, 2)
    expect(constants).toEqual([
      [2, 2],
      [3, 3],
    ])
    expect(lines).toHaveLength(5)
    expect(temporaries).toBe(3)
    expect(evaluate(formula.body, [5], 0)).toBe(170)
  })
})
