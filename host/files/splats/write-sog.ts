/**
 * Splats to a .sog, version 2: pictures whose bytes are numbers, and a list that says what they stand for. Places keep 16 bits of
 * their logarithm, sizes, colours and opacities 8, rotations 8 of three numbers, and harmonics are those of the nearest of a set.
 * @see https://developer.playcanvas.com/user-manual/gaussian-splatting/formats/sog/
 */
import { SightlineError } from '../../../engine/types/problem.ts'
import type { SplatScene } from '../../../engine/types/services.ts'
import { begun, type Clustering, type Clusters } from './clusters.ts'
import { codebookOf, nearestOf } from './codebook.ts'

export interface RawPicture {
  readonly file: string
  readonly width: number
  readonly height: number
  /** Red, green, blue, opacity. */
  readonly data: Uint8Array
}

export interface SogFiles {
  /** meta.json, without the harmonics. */
  readonly list: object
  readonly pictures: readonly RawPicture[]
  /** What the rest is made of, if there are any. */
  readonly harmonics?: SogHarmonics
}

/** Harmonics whose clusters are to be found, and the size of the pictures. */
export interface SogHarmonics {
  readonly clustering: Clustering
  readonly degree: number
  readonly width: number
  readonly height: number
}

/** Sets of harmonics in a row of their picture. */
const setsInRow = 64
const [fewestSets, mostSets] = [1024, 65_536] as const

const log = (v: number): number => Math.sign(v) * Math.log(Math.abs(v) + 1)

/** A picture with a pixel for each of `pixels`: `fill` writes red, green, blue and, unless it is 255, opacity to `at`. */
function picture(
  file: string,
  [width, height]: readonly [number, number],
  pixels: number,
  fill: (i: number, data: Uint8Array, at: number) => void,
): RawPicture {
  const data = new Uint8Array(4 * width * height)
  for (let i = 3; i < data.length; i += 4) data[i] = 255
  for (let i = 0; i < pixels; i++) fill(i, data, 4 * i)
  return { file, width, height, data }
}

/** Three numbers of each pixel by the nearest in a table. */
function byTable(numbers: Float32Array, book: readonly number[]) {
  const nearest = nearestOf(book)
  return (i: number, data: Uint8Array, at: number): void => {
    for (let k = 0; k < 3; k++) data[at + k] = nearest(numbers[3 * i + k] ?? 0)
  }
}

/** Those without a number that is not finite, along a Morton curve: what is near in space is near in the pictures. */
function orderOf({ means, quats, scales, opacities, sh }: SplatScene): readonly number[] {
  const count = opacities.length
  const parts = [means, quats, scales, opacities, sh]
  const finite = (part: Float32Array, i: number): boolean => {
    const width = part.length / count
    for (let at = width * i; at < width * (i + 1); at++) if (!Number.isFinite(part[at])) return false
    return true
  }
  const kept: number[] = []
  for (let i = 0; i < count; i++) if (parts.every((part) => finite(part, i))) kept.push(i)
  const axes = [0, 1, 2].map((k) => {
    let [least, most] = [Infinity, -Infinity]
    for (const i of kept) {
      const v = means[3 * i + k] ?? 0
      least = Math.min(least, v)
      most = Math.max(most, v)
    }
    return { least, unit: 1023 / (most - least || 1) }
  })
  // Ten bits of each axis, two places apart.
  const spread = (v: number): number => {
    let bits = v & 1023
    bits = (bits | (bits << 16)) & 0x30000ff
    bits = (bits | (bits << 8)) & 0x300f00f
    bits = (bits | (bits << 4)) & 0x30c30c3
    return (bits | (bits << 2)) & 0x9249249
  }
  const codes = new Uint32Array(count)
  for (const i of kept)
    for (const [k, { least, unit }] of axes.entries())
      codes[i] = (codes[i] ?? 0) | (spread(Math.round(((means[3 * i + k] ?? 0) - least) * unit)) << k)
  return kept.sort((a, b) => (codes[a] ?? 0) - (codes[b] ?? 0) || a - b)
}

const byte = (v: number): number => Math.max(0, Math.min(255, Math.round(v)))

/** The list and the pictures of a scene, and what those of its harmonics are made of. Throws `scene.nothing`. */
export function writeSog(scene: SplatScene, progress: (part: number) => void = () => undefined): SogFiles {
  const order = orderOf(scene)
  const count = order.length
  if (count === 0) throw new SightlineError('scene.nothing', { name: 'The scene' })
  progress(0.3)
  const width = 4 * Math.ceil(Math.sqrt(count) / 4)
  const height = 4 * Math.ceil(count / width / 4)
  const pictures: RawPicture[] = []
  const add = (file: string, fill: (i: number, data: Uint8Array, at: number) => void) => {
    pictures.push(picture(file, size, count, fill))
    return { files: [file] }
  }
  const size = [width, height] as const
  const three = [0, 1, 2] as const
  /** Three numbers of each splat, in the pictures' order. */
  const inOrder = (from: Float32Array, step: number, of = (v: number): number => v): Float32Array => {
    const made = new Float32Array(3 * count)
    for (let i = 0; i < count; i++)
      for (let k = 0; k < 3; k++) made[3 * i + k] = of(from[step * (order[i] ?? 0) + k] ?? 0)
    return made
  }
  const places = new Float64Array(3 * count)
  const mins = [Infinity, Infinity, Infinity]
  const maxs = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < count; i++)
    for (const k of three) {
      const v = log(scene.means[3 * (order[i] ?? 0) + k] ?? 0)
      places[3 * i + k] = v
      if (v < (mins[k] ?? 0)) mins[k] = v
      if (v > (maxs[k] ?? 0)) maxs[k] = v
    }
  const level = (i: number, k: number): number =>
    Math.round((65_535 * ((places[3 * i + k] ?? 0) - (mins[k] ?? 0))) / ((maxs[k] ?? 0) - (mins[k] ?? 0) || 1))
  add('means_l.webp', (i, data, at) => {
    for (const k of three) data[at + k] = level(i, k) & 255
  })
  add('means_u.webp', (i, data, at) => {
    for (const k of three) data[at + k] = level(i, k) >> 8
  })

  const own = [1, 0, 0, 0]
  const turns = add('quats.webp', (i, data, at) => {
    const from = 4 * (order[i] ?? 0)
    let [squares, largest] = [0, 0]
    for (let k = 0; k < 4; k++) {
      own[k] = scene.quats[from + k] ?? 0
      squares += (own[k] ?? 0) ** 2
      if (Math.abs(own[k] ?? 0) > Math.abs(own[largest] ?? 0)) largest = k
    }
    if (squares === 0) own[0] = 1
    // Of a length of 1, with the largest above 0.
    const by = ((own[largest] ?? 0) < 0 ? -1 : 1) / Math.sqrt(squares || 1)
    let to = at
    for (let k = 0; k < 4; k++) if (k !== largest) data[to++] = byte(255 * ((by * (own[k] ?? 0)) / Math.SQRT2 + 0.5))
    data[at + 3] = 252 + largest
  })

  progress(0.6)
  const sizes = inOrder(scene.scales, 3, (v) => Math.log(Math.max(1e-30, v)))
  const sizeBook = codebookOf(sizes)
  const scales = add('scales.webp', byTable(sizes, sizeBook))

  const coefficients = (scene.degree + 1) ** 2
  const colours = inOrder(scene.sh, 3 * coefficients)
  const colourBook = codebookOf(colours)
  const colour = byTable(colours, colourBook)
  const sh0 = add('sh0.webp', (i, data, at) => {
    colour(i, data, at)
    data[at + 3] = byte(255 * (scene.opacities[order[i] ?? 0] ?? 0))
  })

  progress(0.9)
  const rest = coefficients - 1
  let harmonics: SogHarmonics | undefined
  if (rest > 0) {
    const rows = new Float32Array(new SharedArrayBuffer(4 * 3 * rest * count))
    for (let i = 0; i < count; i++) {
      const from = 3 * (coefficients * (order[i] ?? 0) + 1)
      rows.set(scene.sh.subarray(from, from + 3 * rest), 3 * rest * i)
    }
    const wanted = Math.min(mostSets, Math.max(fewestSets, 1024 * 2 ** Math.floor(Math.log2(count / 1024))))
    harmonics = { clustering: begun(rows, 3 * rest, wanted), degree: scene.degree, width, height }
  }
  const list = {
    ...{ version: 2, asset: { generator: 'Sightline' }, count },
    ...(scene.antialiased && { antialias: true, model: 'antialiased' }),
    means: { mins, maxs, files: ['means_l.webp', 'means_u.webp'] },
    scales: { codebook: sizeBook, ...scales },
    quats: turns,
    sh0: { codebook: colourBook, ...sh0 },
  }
  return { list, pictures, ...(harmonics && { harmonics }) }
}

/** What the list says of harmonics, and their pictures. */
export function writeHarmonics({ degree, width, height }: SogHarmonics, { centres, labels }: Clusters) {
  const rest = (degree + 1) ** 2 - 1
  const sets = centres.length / (3 * rest)
  const codebook = codebookOf(centres)
  const shape = [setsInRow * rest, Math.ceil(sets / setsInRow)] as const
  const pictures = [
    picture('shN_centroids.webp', shape, sets * rest, byTable(centres, codebook)),
    picture('shN_labels.webp', [width, height], labels.length, (i, data, at) => {
      const label = labels[i] ?? 0
      data[at] = label & 255
      data[at + 1] = label >> 8
    }),
  ]
  return { list: { count: sets, bands: degree, codebook, files: pictures.map(({ file }) => file) }, pictures }
}
