/**
 * Splats in one of Spark's two forms. Fine: 32 bytes a splat, places as float32, sizes, colours and opacities as float16. Coarse:
 * 16 bytes, places as float16, sizes in steps of 8 %, colours and opacities with 8 bits.
 */
import { ExtSplats, PackedSplats, SplatMesh, utils } from '@sparkjsdev/spark'
import type { SceneHead } from '../../engine/protocol/scene.ts'
import { coreOf, type SplatArrays } from '../../engine/values/index.ts'
import { type Cloud, placeAt } from './cloud.ts'
import type { Sphere } from './pose.ts'
import { spreadOf } from './spread.ts'
import type { Filling, Loaded } from './view.ts'

/**
 * Spark sorts again when the camera has moved by a thousandth, and stores places in a few bits: so the scene is drawn with this
 * radius about its middle, whatever its own unit.
 */
export const drawnRadius = 10

/** Scenes of up to this many splats are stored fine: with Spark's three copies, 140 bytes a splat. */
const finest = 1_000_000

/** The zeroth harmonic: a colour is 0.5 + this × the coefficient. */
const harmonic = 0.28209479177387814

/** Words of 32 bits for each splat, by level: the harmonics of degree 1 to 3. The third level of the fine form has two arrays. */
const coarseWords = { sh1: 2, sh2: 4, sh3: 4 } as const
const fineWords = { sh1: 4, sh2: 4, sh3a: 4, sh3b: 4 } as const

export type Splats = PackedSplats | ExtSplats

export interface Content {
  readonly mesh: SplatMesh
  readonly splats: Splats
  readonly cloud: Cloud
  readonly sphere: Sphere
  /** Where the splat at this index of the cloud is stored. */
  readonly place: (index: number) => number
  /** Whether its places are in the scene's unit, not yet in the one that is drawn. */
  readonly inUnits: boolean
}

export const isFine = (splats: Splats): splats is ExtSplats => splats instanceof ExtSplats

/** The same numbers in the order of spread.ts, where any first part covers the whole scene. */
function spread(array: Uint32Array, width: number, count: number, place: (index: number) => number): Uint32Array {
  const out = new Uint32Array(width * utils.getTextureSize(count).maxSplats)
  for (let i = 0; i < count; i++) {
    const [from, to] = [i * width, place(i) * width]
    for (let k = 0; k < width; k++) out[to + k] = array[from + k] ?? 0
  }
  return out
}

function emptyCloud(count: number) {
  return {
    count,
    centres: new Float32Array(3 * count),
    sizes: new Float32Array(count),
    opacities: new Float32Array(count),
  }
}

/** The red, green, blue and opacity of each splat, by where it is stored, with 8 bits each. */
export function coloursOf({ splats, cloud: { count } }: Content): Uint8Array {
  const rgba = new Uint8Array(4 * utils.getTextureSize(count).maxSplats)
  if (!isFine(splats)) {
    const words = splats.packedArray
    for (let i = 0; i < count; i++) {
      const word = words?.[4 * i] ?? 0
      rgba.set([word & 255, (word >> 8) & 255, (word >> 16) & 255, word >>> 24], 4 * i)
    }
    return rgba
  }
  const [first, second] = splats.extArrays
  const byte = (half: number): number => Math.min(255, Math.max(0, Math.round(255 * utils.fromHalf(half & 65535))))
  for (let i = 0, at = 0; i < count; i++, at += 4) {
    const redGreen = second[at] ?? 0
    rgba[at] = byte(redGreen)
    rgba[at + 1] = byte(redGreen >>> 16)
    rgba[at + 2] = byte(second[at + 1] ?? 0)
    rgba[at + 3] = byte(first[at + 3] ?? 0)
  }
  return rgba
}

const harmonics = /f_rest_|property list/

/**
 * Whether a file is read into the fine form. Spark cuts off the largest channel of harmonics that it reads into that form, so only
 * files without any are.
 */
export function readsFine(bytes: Uint8Array, name: string): boolean {
  const small = name.toLowerCase()
  if (small.endsWith('.splat')) return bytes.length / 32 <= finest
  if (!small.endsWith('.ply')) return false
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 65_536))
  const count = Number(/element vertex (\d+)/.exec(head)?.[1] ?? Number.POSITIVE_INFINITY)
  return count <= finest && !harmonics.test(head.slice(0, head.indexOf('end_header')))
}

/** What Spark has read of a file, in the order of spread.ts. Undefined: no splats. */
export function contentOf(read: SplatMesh): { readonly content: Content; readonly degree: number } | undefined {
  const splats = read.extSplats ?? read.packedSplats
  const count = splats?.getNumSplats() ?? 0
  if (!splats || count === 0) return undefined
  const place = spreadOf(count)
  const cloud = emptyCloud(count)
  for (let i = 0; i < count; i++) {
    const { center, scales, opacity } = splats.getSplat(i)
    cloud.centres[3 * i] = center.x
    cloud.centres[3 * i + 1] = center.y
    cloud.centres[3 * i + 2] = center.z
    cloud.sizes[i] = Math.max(scales.x, scales.y, scales.z)
    cloud.opacities[i] = opacity
  }
  const sphere = coreOf(count, (i) => [...placeAt(cloud, i), cloud.sizes[i] ?? 0, cloud.opacities[i] ?? 0] as const)
  if (isFine(splats)) {
    const [first, second] = splats.extArrays
    const sorted = new ExtSplats({
      extArrays: [spread(first, 4, count, place), spread(second, 4, count, place)],
      numSplats: count,
    })
    read.dispose()
    const mesh = new SplatMesh({ extSplats: sorted, raycastable: false })
    return { content: { mesh, splats: sorted, cloud, sphere, place, inUnits: true }, degree: 0 }
  }
  if (!splats.packedArray) return undefined
  splats.packedArray = spread(splats.packedArray, 4, count, place)
  let degree = 0
  for (const [level, width] of Object.entries(coarseWords)) {
    const array = splats.extra[level]
    if (!(array instanceof Uint32Array)) continue
    degree++
    splats.extra[level] = spread(array, width, count, place)
  }
  return { content: { mesh: read, splats, cloud, sphere, place, inUnits: true }, degree }
}

/** Writes the harmonics of a splat. @param sh three numbers for each coefficient, from the first degree on */
type WriteHarmonics = (sh: Float32Array, to: number) => void

/** Three numbers with 8 bits each, by the largest of them: the exponent of two is rounded up, so that none is cut off. */
function tripleOf(r: number, g: number, b: number): number {
  const most = Math.max(Math.abs(r), Math.abs(g), Math.abs(b))
  const exponent = most > 0 ? Math.min(31, Math.max(0, Math.ceil(Math.log2(most)) + 15)) : 0
  const by = 255 / 2 ** (exponent - 15)
  const part = (v: number): number => Math.min(255, Math.round(Math.abs(v) * by))
  const signs = (r < 0 ? 1 : 0) | (g < 0 ? 2 : 0) | (b < 0 ? 4 : 0)
  return (part(r) | (part(g) << 8) | (part(b) << 16) | (((exponent << 3) | signs) << 24)) >>> 0
}

function fineHarmonics(degree: number, maxSplats: number) {
  const names = (['sh1', 'sh2', 'sh3a', 'sh3b'] as const).slice(0, [0, 1, 2, 4][degree])
  const extra = Object.fromEntries(names.map((each) => [each, new Uint32Array(fineWords[each] * maxSplats)]))
  // The fifteen coefficients are in a row, four words an array; only the last word stays empty.
  const arrays = names.map((each) => extra[each] as Uint32Array)
  const coefficients = (degree + 1) ** 2 - 1
  const write: WriteHarmonics = (sh, to) => {
    for (let k = 0; k < coefficients; k++) {
      // The first array has the three of degree 1 and the first of degree 2; the third has the first four of degree 3.
      const triple = tripleOf(sh[3 * k] ?? 0, sh[3 * k + 1] ?? 0, sh[3 * k + 2] ?? 0)
      const array = arrays[k >> 2]
      if (array) array[4 * to + (k & 3)] = triple
    }
  }
  return { extra, write }
}

function coarseHarmonics(degree: number, maxSplats: number) {
  const names = (['sh1', 'sh2', 'sh3'] as const).slice(0, degree)
  const extra = Object.fromEntries(names.map((each) => [each, new Uint32Array(coarseWords[each] * maxSplats)]))
  const encode = [utils.encodeSh1Rgb, utils.encodeSh2Rgb, utils.encodeSh3Rgb] as const
  const write: WriteHarmonics = (sh, to) => {
    for (const [i, each] of names.entries()) {
      const level = i + 1
      encode[i]?.(extra[each] as Uint32Array, to, sh.subarray(3 * (level * level - 1), 3 * ((level + 1) ** 2 - 1)))
    }
  }
  return { extra, write }
}

/** Puts the numbers of an output into Spark's form as they arrive. */
export function filling(head: SceneHead, show: (content: Content) => void): Filling {
  const { count, degree, core } = head
  const sphere: Sphere = core ?? { centre: [0, 0, 0], radius: 1 }
  const by = drawnRadius / sphere.radius
  const [cx, cy, cz] = sphere.centre
  const { maxSplats } = utils.getTextureSize(Math.max(1, count))
  const fine = count <= finest
  const base = new Uint32Array(4 * maxSplats)
  const second = new Uint32Array(fine ? 4 * maxSplats : 0)
  const both: [Uint32Array, Uint32Array] = [base, second]
  const { extra, write } = (fine ? fineHarmonics : coarseHarmonics)(degree, maxSplats)
  const cloud = emptyCloud(count)
  const place = spreadOf(count)
  const each = 3 * (degree + 1) ** 2
  let at = 0
  let clipped = 0

  return {
    add({ means, quats, scales, opacities, sh }: SplatArrays) {
      cloud.centres.set(means, 3 * at)
      cloud.opacities.set(opacities, at)
      for (let i = 0; i < opacities.length; i++, at++) {
        const [x = 0, y = 0, z = 0] = [means[3 * i], means[3 * i + 1], means[3 * i + 2]]
        const [a = 0, b = 0, c = 0] = [scales[3 * i], scales[3 * i + 1], scales[3 * i + 2]]
        const r = 0.5 + harmonic * (sh[each * i] ?? 0)
        const g = 0.5 + harmonic * (sh[each * i + 1] ?? 0)
        const blue = 0.5 + harmonic * (sh[each * i + 2] ?? 0)
        cloud.sizes[at] = Math.max(a, b, c)
        if (!fine && (Math.min(r, g, blue) < 0 || Math.max(r, g, blue) > 1)) clipped++
        const [w = 1, qx = 0, qy = 0, qz = 0] = [quats[4 * i], quats[4 * i + 1], quats[4 * i + 2], quats[4 * i + 3]]
        const length = Math.hypot(w, qx, qy, qz) || 1
        // A splat with a number that is not finite is not drawn.
        if (!Number.isFinite(x + y + z + a + b + c + length + r + g + blue)) continue
        const k = 1 / length
        const to = place(at)
        const [px, py, pz] = [(x - cx) * by, (y - cy) * by, (z - cz) * by]
        const opacity = opacities[i] ?? 0
        if (fine)
          utils.encodeExtSplat(
            ...([both, to, px, py, pz, a * by, b * by, c * by] as const),
            ...([qx * k, qy * k, qz * k, w * k, opacity, r, g, blue] as const),
          )
        else
          utils.setPackedSplat(
            ...([base, to, px, py, pz, a * by, b * by, c * by] as const),
            ...([qx * k, qy * k, qz * k, w * k, opacity, r, g, blue] as const),
          )
        if (degree > 0) write(sh.subarray(each * i + 3, each * (i + 1)), to)
      }
    },
    end(): Loaded {
      const splats = fine
        ? new ExtSplats({ extArrays: both, numSplats: count, extra })
        : new PackedSplats({ packedArray: base, numSplats: count, extra })
      const mesh = new SplatMesh(
        isFine(splats) ? { extSplats: splats, raycastable: false } : { packedSplats: splats, raycastable: false },
      )
      show({ mesh, splats, cloud, sphere, place, inUnits: false })
      return { splats: count, degree, antialiased: head.antialiased, space: head.space, clipped }
    },
  }
}
