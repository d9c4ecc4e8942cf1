/**
 * Splats from a .sog: numbers in the pixels of pictures, and a list (`meta.json`) that says what they stand for. Version 2 has
 * tables of 256 numbers for that, version 1 a smallest and a largest number; both are read, as tables.
 * @see https://developer.playcanvas.com/user-manual/gaussian-splatting/formats/sog/
 */
import { z } from 'zod'
import { damaged, degreeOf, type SplatFile, setRotation } from './form.ts'

/** Row by row, four bytes a pixel. */
export interface SogPicture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

const numbers = (length: number) => z.array(z.number()).length(length)
const files = (count: number) => z.array(z.string()).min(count)
const codebook = numbers(256)

const sogList = z.object({
  version: z.literal(2),
  count: z.number().int().nonnegative().max(1e9),
  antialias: z.boolean().optional(),
  /** How it was trained, as newer writers say. */
  model: z.string().max(40).optional(),
  means: z.object({ mins: numbers(3), maxs: numbers(3), files: files(2) }),
  scales: z.object({ codebook, files: files(1) }),
  quats: z.object({ files: files(1) }),
  sh0: z.object({ codebook, files: files(1) }),
  shN: z
    .object({
      count: z.number().int().positive().max(65_536),
      bands: z.number().int().min(1).max(3),
      codebook,
      files: files(2),
    })
    .optional(),
})
/** Version 1. */
const olderList = z.object({
  means: z.object({ shape: z.array(z.number()).min(1), mins: numbers(3), maxs: numbers(3), files: files(2) }),
  scales: z.object({ mins: numbers(3), maxs: numbers(3), files: files(1) }),
  quats: z.object({ files: files(1) }),
  sh0: z.object({ mins: numbers(4), maxs: numbers(4), files: files(1) }),
  shN: z
    .object({ shape: z.array(z.number()).optional(), mins: z.number(), maxs: z.number(), files: files(2) })
    .optional(),
})

/** What a scene's pictures stand for. */
export interface SogList {
  readonly count: number
  readonly antialiased: boolean
  readonly mins: readonly number[]
  readonly maxs: readonly number[]
  /** A table for each axis. */
  readonly scales: readonly (readonly number[])[]
  /** A table for each channel, and one of opacities. */
  readonly sh0: readonly (readonly number[])[]
  readonly shN?: { readonly count?: number; readonly codebook: readonly number[] }
  /** The pictures: places (low, high), sizes, rotations, colours, and of harmonics the centroids and which a splat has. */
  readonly files: readonly string[]
}

const table = (low = 0, high = 0): readonly number[] =>
  Array.from({ length: 256 }, (_, i) => low + ((high - low) * i) / 255)

function fromOlder({ means, scales, quats, sh0, shN }: z.infer<typeof olderList>): SogList {
  const tables = sh0.mins.map((low, k) => table(low, sh0.maxs[k]))
  return {
    ...{ count: means.shape[0] ?? 0, antialiased: false, mins: means.mins, maxs: means.maxs },
    scales: scales.mins.map((low, k) => table(low, scales.maxs[k])),
    sh0: [...tables.slice(0, 3), (tables[3] ?? []).map((logit) => 1 / (1 + Math.exp(-logit)))],
    ...(shN && { shN: { codebook: table(shN.mins, shN.maxs) } }),
    files: filesOf(means, scales, quats, sh0, shN),
  }
}

interface Files {
  readonly files: readonly string[]
}
const filesOf = (means: Files, scales: Files, quats: Files, sh0: Files, shN: Files | undefined): readonly string[] => [
  ...means.files.slice(0, 2),
  ...[scales, quats, sh0].flatMap(({ files }) => files.slice(0, 1)),
  ...(shN?.files.slice(0, 2) ?? []),
]

/** Throws `scene.damaged`. */
export function readSogList(text: string, name: string): SogList {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw damaged(name, 'its meta.json is not JSON', error)
  }
  const version = (json as { readonly version?: unknown } | null)?.version ?? 1
  const list = version === 1 ? olderList.safeParse(json) : sogList.safeParse(json)
  if (version !== 1 && version !== 2) throw damaged(name, `version ${String(version)}`)
  if (!list.success) throw damaged(name, `its meta.json lacks ${list.error.issues[0]?.path.join('.') ?? 'something'}`)
  if (!('version' in list.data)) return fromOlder(list.data)
  const { count, antialias = false, model, means, scales, quats, sh0, shN } = list.data
  return {
    ...{ count, antialiased: antialias || model === 'antialiased', mins: means.mins, maxs: means.maxs },
    scales: [scales.codebook, scales.codebook, scales.codebook],
    sh0: [sh0.codebook, sh0.codebook, sh0.codebook, table(0, 1)],
    ...(shN && { shN: { count: shN.count, codebook: shN.codebook } }),
    files: filesOf(means, scales, quats, sh0, shN),
  }
}

/** Sets of harmonics in a row of their picture. */
const centroidsInRow = 64

/** What each of the 65,536 levels of an axis stands for. */
function placesOf(least = 0, most = 0): Float32Array {
  return Float32Array.from({ length: 65_536 }, (_, level) => {
    const v = least + (most - least) * (level / 65_535)
    return Math.sign(v) * (Math.exp(Math.abs(v)) - 1)
  })
}
const byteTable = (book: readonly number[] = [], of = (v: number): number => v): Float64Array =>
  Float64Array.from({ length: 256 }, (_, i) => of(book[i] ?? 0))

/** Throws `scene.*`. */
export function openSog(list: SogList, pictures: readonly SogPicture[], name: string): SplatFile {
  const [low, high, size, turn, colour, centroids, labels] = pictures
  if (!low || !high || !size || !turn || !colour) throw damaged(name, 'it lacks pictures')
  const { count, shN } = list
  for (const { width, height } of [low, high, size, turn, colour, ...(shN && labels ? [labels] : [])])
    if (width * height < count) throw damaged(name, `${width * height} pixels for ${count} splats`)
  // The pixels of a set of harmonics follow from the width of their picture.
  const rest = shN && centroids && labels ? centroids.width / centroidsInRow : 0
  const degree = degreeOf(rest)
  if ((degree + 1) ** 2 - 1 !== rest) throw damaged(name, `${centroids?.width ?? 0} pixels a row of harmonics`)
  const kept = rest + 1
  const sets = Math.min(shN?.count ?? Infinity, centroidsInRow * (centroids?.height ?? 0))
  const axes = [0, 1, 2] as const

  function fillRotations(quats: Float32Array, { data }: SogPicture, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const a = ((data[4 * i] ?? 0) / 255 - 0.5) * Math.SQRT2
      const b = ((data[4 * i + 1] ?? 0) / 255 - 0.5) * Math.SQRT2
      const c = ((data[4 * i + 2] ?? 0) / 255 - 0.5) * Math.SQRT2
      const largest = (data[4 * i + 3] ?? 0) - 252
      if (largest < 0) throw damaged(name, `a rotation of the kind ${largest + 252}`)
      setRotation(quats, i, largest, a, b, c)
    }
  }

  /** The sets of harmonics as they are in a scene, so that a splat's are copied at once. */
  const book = (set: Uint8Array, codebook: readonly number[]): Float32Array => {
    const table = byteTable(codebook)
    const numbers = new Float32Array(3 * (set.length >> 2))
    for (let from = 0, at = 0; at < numbers.length; from++)
      for (let k = 0; k < 3; k++) numbers[at++] = table[set[from++] ?? 0] ?? 0
    return numbers
  }

  return {
    ...{ count, degree, antialiased: list.antialiased },
    fill({ means, quats, scales, opacities, sh }, from, to) {
      for (const k of axes) {
        const places = placesOf(list.mins[k], list.maxs[k])
        const sizes = byteTable(list.scales[k], Math.exp)
        const colours = byteTable(list.sh0[k])
        for (let i = from; i < to; i++) {
          const at = 4 * i + k
          means[3 * i + k] = places[(low.data[at] ?? 0) | ((high.data[at] ?? 0) << 8)] ?? 0
          scales[3 * i + k] = sizes[size.data[at] ?? 0] ?? 0
          sh[3 * kept * i + k] = colours[colour.data[at] ?? 0] ?? 0
        }
      }
      const opacity = byteTable(list.sh0[3])
      for (let i = from; i < to; i++) opacities[i] = opacity[colour.data[4 * i + 3] ?? 0] ?? 0
      fillRotations(quats, turn, from, to)
      if (degree === 0 || !centroids || !labels || !shN) return
      const harmonics = book(centroids.data, shN.codebook)
      for (let i = from; i < to; i++) {
        const label = (labels.data[4 * i] ?? 0) | ((labels.data[4 * i + 1] ?? 0) << 8)
        if (label >= sets) throw damaged(name, `harmonics ${label} of ${sets}`)
        let own = 3 * (Math.floor(label / centroidsInRow) * centroids.width + (label % centroidsInRow) * rest)
        const end = 3 * kept * (i + 1)
        for (let at = end - 3 * rest; at < end; at++) sh[at] = harmonics[own++] ?? 0
      }
    },
  }
}
