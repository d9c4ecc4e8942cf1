/** Scenes of 3D Gaussians: each has a place, a rotation, three sizes, an opacity and a colour that may depend on the direction. */
import { z } from 'zod'
import type { AnyShape, Kind, Parts, Read, Sketch } from './kind.ts'
import { coreOf, distanceTo, type Sphere } from './sphere.ts'
import { plyOf, type SplatArrays } from './splat-ply.ts'
import type { TensorShape, TensorValue } from './tensor.ts'

/** Least x, y, z, then largest, of the finite centres. */
export type SplatBounds = readonly [x0: number, y0: number, z0: number, x1: number, y1: number, z1: number]

export type SplatSpace = 'rgb' | 'linear'

export interface SplatsShape extends AnyShape {
  readonly kind: 'splats'
  readonly count?: number
}

/** What is said of a scene beside its numbers. */
export interface SplatsHead {
  /** Of the spherical harmonics. */
  readonly degree: number
  /** Trained with opacities that make up for the low-pass filter (Mip-Splatting's). */
  readonly antialiased: boolean
  /** What the colours are: sRGB, as nearly all are trained, or linear light. */
  readonly space: SplatSpace
  /** Absent: no centre is finite. */
  readonly bounds?: SplatBounds
}

export interface SplatsValue extends SplatsHead {
  readonly kind: 'splats'
  readonly note?: string
  /** (N, 3) float32. */
  readonly means: TensorValue
  /** (N, 4) float32: w, x, y, z; need not be of length 1. */
  readonly quats: TensorValue
  /** (N, 3) float32: standard deviations along the own axes. */
  readonly scales: TensorValue
  /** (N) float32, 0..1. */
  readonly opacities: TensorValue
  /** (N, (degree + 1)², 3) float32: coefficients of the spherical harmonics; the colour is 0.5 + their sum. */
  readonly sh: TensorValue
}

/** Coefficients of a channel. */
export const shCount = (degree: number): number => (degree + 1) ** 2

/** The shape of each part of `count` splats. */
export const splatParts = (count: number, degree: number): Readonly<Record<keyof SplatArrays, TensorShape>> => ({
  means: { kind: 'tensor', shape: [count, 3], axes: ['N', 'C'] },
  quats: { kind: 'tensor', shape: [count, 4], axes: ['N', 'C'] },
  scales: { kind: 'tensor', shape: [count, 3], axes: ['N', 'C'] },
  opacities: { kind: 'tensor', shape: [count], axes: ['N'] },
  sh: { kind: 'tensor', shape: [count, shCount(degree), 3], axes: ['N', 'K', 'C'] },
})

const partNames = ['means', 'quats', 'scales', 'opacities', 'sh'] as const

/** Undefined where none is finite. */
export function boundsOf(means: ArrayLike<number>): SplatBounds | undefined {
  let [x0, y0, z0, x1, y1, z1] = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]
  for (let i = 0; i + 2 < means.length; i += 3) {
    const x = means[i] ?? 0
    const y = means[i + 1] ?? 0
    const z = means[i + 2] ?? 0
    if (!Number.isFinite(x + y + z)) continue
    if (x < x0) x0 = x
    if (x > x1) x1 = x
    if (y < y0) y0 = y
    if (y > y1) y1 = y
    if (z < z0) z0 = z
    if (z > z1) z1 = z
  }
  return x0 === Infinity ? undefined : [x0, y0, z0, x1, y1, z1]
}

/** A value of numbers in plain arrays. */
export async function splatsFrom(
  arrays: SplatArrays,
  head: SplatsHead,
  tensor: (shape: TensorShape, numbers: Float32Array) => Promise<TensorValue>,
): Promise<SplatsValue> {
  const shapes = splatParts(arrays.opacities.length, head.degree)
  const parts: Partial<Record<keyof SplatArrays, TensorValue>> = {}
  for (const name of partNames) parts[name] = await tensor(shapes[name], arrays[name])
  return { kind: 'splats', ...headOf(head), ...(parts as Record<keyof SplatArrays, TensorValue>) }
}

export const headOf = ({ degree, antialiased, space, bounds }: SplatsHead): SplatsHead => ({
  ...{ degree, antialiased, space },
  ...(bounds && { bounds }),
})

/** The numbers of a value. */
export async function arraysOf(value: SplatsValue, read: Read): Promise<SplatArrays> {
  const [means, quats, scales, opacities, sh] = await Promise.all(partNames.map((name) => read(value[name])))
  return { means, quats, scales, opacities, sh } as unknown as SplatArrays
}

const cores = new WeakMap<SplatsValue, Promise<Sphere>>()

/** The region that holds most of it. */
export function coreOfSplats(value: SplatsValue, read: Read): Promise<Sphere> {
  const known = cores.get(value)
  if (known) return known
  const measure = async (): Promise<Sphere> => {
    const [means, scales, opacities] = await Promise.all([value.means, value.scales, value.opacities].map(read))
    if (!means || !scales || !opacities) throw new Error('a part of the splats is missing')
    return coreOf(opacities.length, (i) => [
      ...([means[3 * i] ?? 0, means[3 * i + 1] ?? 0, means[3 * i + 2] ?? 0] as const),
      Math.max(scales[3 * i] ?? 0, scales[3 * i + 1] ?? 0, scales[3 * i + 2] ?? 0),
      opacities[i] ?? 0,
    ])
  }
  const core = measure()
  cores.set(value, core)
  core.catch(() => cores.delete(value))
  return core
}

/** Vertical field of view of the first look at a scene, in degrees. */
export const firstFov = 50
/** In radii of the core. */
const [near, far] = [1e-3, 1e4]

/** From the front, which is −z, with −y up. */
function frontOf(core: Sphere, { width, height }: { readonly width: number; readonly height: number }) {
  const distance = distanceTo(core, firstFov, width / height)
  const focal = height / (2 * Math.tan((firstFov * Math.PI) / 360))
  const [x, y, z] = core.centre
  return {
    ...{ fx: focal, fy: focal, cx: width / 2, cy: height / 2 },
    ...{ near: near * core.radius, far: far * core.radius },
    view: [1, 0, 0, -x, 0, 1, 0, -y, 0, 0, 1, distance - z, 0, 0, 0, 1],
  }
}

const countOf = ({ opacities }: SplatsValue): number => opacities.shape[0] ?? 0

/** What is known without reading the numbers. */
const told = (value: SplatsValue) => ({
  count: countOf(value),
  degree: value.degree,
  antialiased: value.antialiased,
  space: value.space,
  ...(value.bounds && { bounds: value.bounds }),
})

export const splats: Kind<SplatsValue, SplatsShape> = {
  kind: 'splats',
  words: { title: 'Splats', one: 'splats' },
  look: { light: '#0f6f8f', dark: '#6fc9ec', radius: '50% 50% 50% 0' },
  head: z.object({
    kind: z.literal('splats'),
    degree: z.number().int().min(0).max(3),
    antialiased: z.boolean(),
    space: z.enum(['rgb', 'linear']),
    bounds: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]).optional(),
  }),
  parts: ({ means, quats, scales, opacities, sh }): Parts => ({ means, quats, scales, opacities, sh }),
  shape: (value) => ({ kind: 'splats', count: countOf(value) }),
  describe: ({ count }) => `${count ?? 'some'} splat${count === 1 ? '' : 's'}`,
  async face(value, read) {
    const core = countOf(value) > 0 ? await coreOfSplats(value, read) : undefined
    return { json: { kind: 'splats', ...told(value), ...(core && { core }) } as { kind: string } }
  },
  async sketch(value, size, read): Promise<Sketch | undefined> {
    if (countOf(value) === 0) return undefined
    const { means, quats, scales, opacities, sh, antialiased, space } = value
    const front = frontOf(await coreOfSplats(value, read), size)
    return { scene: [means, quats, scales, opacities, sh], ...front, antialiased, space }
  },
  files: async (value, read) => [{ ext: 'ply', bytes: plyOf(await arraysOf(value, read), value) }],
  report: (value) => told(value),
  async sample(tensor) {
    const make = (arrays: Readonly<Record<keyof SplatArrays, readonly number[]>>, head: SplatsHead) => {
      const numbers = Object.fromEntries(Object.entries(arrays).map(([name, of]) => [name, Float32Array.from(of)]))
      const all = numbers as unknown as SplatArrays
      const bounds = boundsOf(all.means)
      return splatsFrom(all, { ...head, ...(bounds && { bounds }) }, tensor)
    }
    return [
      await make(
        {
          means: [-0.5, 0, 2, 0.5, 0.25, 2.5, 0, -0.25, 3],
          quats: [1, 0, 0, 0, 0.5, 0.5, -0.5, 0.5, 2, 1, 0, 0],
          scales: [0.25, 0.125, 0.5, 0.0625, 0.25, 0.25, 0.5, 0.5, 0.125],
          opacities: [0.75, 0.5, 0.875],
          sh: Array.from({ length: 3 * 4 * 3 }, (_, i) => ((i * 7) % 16) / 16 - 0.25),
        },
        { degree: 1, antialiased: false, space: 'rgb' },
      ),
      await make(
        { means: [], quats: [], scales: [], opacities: [], sh: [] },
        { degree: 0, antialiased: true, space: 'linear' },
      ),
    ]
  },
}
