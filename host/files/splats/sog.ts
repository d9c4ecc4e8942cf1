/**
 * Splats from a .sog: numbers in the pixels of pictures, and a list (`meta.json`) that says what they stand for. Version 2 has
 * tables of 256 numbers for that, version 1 a smallest and a largest number; both are read, as tables.
 * @see https://developer.playcanvas.com/user-manual/gaussian-splatting/formats/sog/
 */
import { z } from 'zod'
import type { SplatScene } from '../../../engine/types/services.ts'
import { damaged, degreeOf, fourth, roomFor } from './form.ts'

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

/** Centroids lie in rows of so many. */
const centroidsInRow = 64

/** Throws `scene.*`. */
export function readSog(list: SogList, pictures: readonly SogPicture[], name: string): SplatScene {
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
  const scene = roomFor(count, degree, name)
  const { means, quats, scales, opacities, sh } = scene
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) {
      const at = 4 * i + k
      const t = ((low.data[at] ?? 0) + 256 * (high.data[at] ?? 0)) / 65_535
      const [least = 0, most = 0] = [list.mins[k], list.maxs[k]]
      const v = least + (most - least) * t
      means[3 * i + k] = Math.sign(v) * (Math.exp(Math.abs(v)) - 1)
      scales[3 * i + k] = Math.exp(list.scales[k]?.[size.data[at] ?? 0] ?? 0)
      sh[3 * kept * i + k] = list.sh0[k]?.[colour.data[at] ?? 0] ?? 0
    }
    opacities[i] = list.sh0[3]?.[colour.data[4 * i + 3] ?? 0] ?? 0
    const three = [0, 1, 2].map((k) => ((turn.data[4 * i + k] ?? 0) / 255 - 0.5) * Math.SQRT2) as [
      number,
      number,
      number,
    ]
    const largest = (turn.data[4 * i + 3] ?? 0) - 252
    if (largest < 0) throw damaged(name, `a rotation of the kind ${largest + 252}`)
    three.splice(largest, 0, fourth(...three))
    quats.set(three, 4 * i)
    if (degree === 0 || !centroids || !labels || !shN) continue
    const label = (labels.data[4 * i] ?? 0) + 256 * (labels.data[4 * i + 1] ?? 0)
    if (label >= sets) throw damaged(name, `harmonics ${label} of ${sets}`)
    const from = Math.floor(label / centroidsInRow) * centroids.width + (label % centroidsInRow) * rest
    for (let j = 0; j < rest; j++)
      for (let k = 0; k < 3; k++)
        sh[3 * (kept * i + 1 + j) + k] = shN.codebook[centroids.data[4 * (from + j) + k] ?? 0] ?? 0
  }
  return { ...scene, antialiased: list.antialiased }
}
