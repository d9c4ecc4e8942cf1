/**
 * COLMAP's sparse models, as text and binary: `cameras` has the lenses, `images` says which took what from where. World to camera, x
 * right, y down, z forward; the upper left corner of a picture is (0, 0). All as ours.
 * @see https://colmap.github.io/format.html, src/colmap/scene/reconstruction_io.cc
 */
import { type Parts, together } from '../../../engine/types/in-parts.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import type { CameraValue } from '../../../engine/values/index.ts'
import { usualFar, usualNear } from '../../cameras.ts'
import { bentBy, damaged, finite, focal, mostCameras, type Posed, safeName, side } from './set.ts'

interface Model {
  readonly name: string
  readonly numbers: number
  /** Focal lengths: one for both, or two. */
  readonly focals: 1 | 2
  /** Places of the radial coefficients (k1, k2 …) and of p1, p2. */
  readonly k?: readonly number[]
  readonly p?: readonly number[]
  /** It is no pinhole camera, even at its middle. */
  readonly fisheye?: true
}

/** In the order of COLMAP's numbers. */
const models: readonly Model[] = [
  { name: 'SIMPLE_PINHOLE', numbers: 3, focals: 1 },
  { name: 'PINHOLE', numbers: 4, focals: 2 },
  { name: 'SIMPLE_RADIAL', numbers: 4, focals: 1, k: [3] },
  { name: 'RADIAL', numbers: 5, focals: 1, k: [3, 4] },
  { name: 'OPENCV', numbers: 8, focals: 2, k: [4, 5], p: [6, 7] },
  { name: 'OPENCV_FISHEYE', numbers: 8, focals: 2, fisheye: true },
  { name: 'FULL_OPENCV', numbers: 12, focals: 2, k: [4, 5, 8], p: [6, 7] },
  { name: 'FOV', numbers: 5, focals: 2, fisheye: true },
  { name: 'SIMPLE_RADIAL_FISHEYE', numbers: 4, focals: 1, fisheye: true },
  { name: 'RADIAL_FISHEYE', numbers: 5, focals: 1, fisheye: true },
  { name: 'THIN_PRISM_FISHEYE', numbers: 12, focals: 2, fisheye: true },
]
const pinhole = 1

type Lens = Pick<CameraValue, 'width' | 'height' | 'fx' | 'fy' | 'cx' | 'cy'> & { readonly bent: number }

function lensOf(model: Model, width: number, height: number, numbers: readonly number[], name: string): Lens {
  if (model.fisheye) throw new SightlineError('cameras.fisheye', { name, model: model.name })
  for (const [i, value] of numbers.entries()) finite(value, `number ${i + 1} of a lens`, name)
  const fx = focal(numbers[0] ?? 0, 'a focal length', name)
  const fy = focal(numbers[model.focals - 1] ?? 0, 'a focal length', name)
  const [cx = 0, cy = 0] = numbers.slice(model.focals)
  const lens = {
    ...{ width: side(width, 'a width', name), height: side(height, 'a height', name) },
    ...{ fx, fy, cx, cy },
  }
  const pick = (places: readonly number[] = []): readonly number[] => places.map((at) => numbers[at] ?? 0)
  return { ...lens, bent: bentBy(lens, { k: pick(model.k), p: pick(model.p) }) }
}

/** World to camera, of a unit quaternion (w first) and a translation. */
export function viewOf(quat: readonly number[], move: readonly number[], name: string): readonly number[] {
  for (const value of [...quat, ...move]) finite(value, 'a number of a pose', name)
  const length = Math.hypot(...quat)
  if (!(length > 1e-6)) throw damaged(name, 'a rotation is 0, 0, 0, 0')
  const [w = 1, x = 0, y = 0, z = 0] = quat.map((v) => v / length)
  const [a = 0, b = 0, c = 0] = move
  return [
    ...[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y), a],
    ...[2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x), b],
    ...[2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y), c],
    ...[0, 0, 0, 1],
  ]
}

interface Taken {
  readonly lens: number
  readonly name: string
  readonly view: readonly number[]
}

function* joined(lenses: ReadonlyMap<number, Lens>, images: readonly Taken[], set: string): Parts<readonly Posed[]> {
  const all: Posed[] = []
  for (const { lens, name, view } of images) {
    const found = lenses.get(lens)
    if (!found)
      throw damaged(set, `"${name.slice(0, 60)}" was taken by lens ${lens}, which the other file does not have`)
    const { bent, ...own } = found
    const camera: CameraValue = { kind: 'camera', ...own, view, near: usualNear, far: usualFar }
    all.push({ name: safeName(name, set), camera, ...(bent > 0 && { bent }) })
    if (all.length % together === 0) yield
  }
  return all
}

const numbersOf = (words: readonly string[], what: string, name: string): readonly number[] =>
  words.map((word) => {
    const value = Number(word)
    if (word === '' || Number.isNaN(value)) throw damaged(name, `"${word.slice(0, 20)}" is no number (${what})`)
    return value
  })

/** Longer lines hold points, or are not text. */
const longestLine = 1 << 16
const newline = 10

/** Goes through the lines of a text. The points that an image sees are most of it, and are passed by without being decoded. */
function lines(bytes: Uint8Array, name: string) {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let at = 0
  /** Where the next line begins and ends; undefined after the last. */
  const pass = (): readonly [from: number, end: number] | undefined => {
    if (at >= bytes.length) return undefined
    const [from, found] = [at, bytes.indexOf(newline, at)]
    const end = found < 0 ? bytes.length : found
    at = end + 1
    return [from, end]
  }
  return {
    pass: (): void => void pass(),
    /** The next line that is neither empty nor a comment. */
    *next(): Parts<string | undefined> {
      let passed = 0
      for (let line = pass(); line; line = pass()) {
        if (++passed % 1024 === 0) yield
        const [from, end] = line
        if (end - from > longestLine)
          throw damaged(name, `a line of ${end - from} bytes is too long for a lens or an image`)
        let text: string
        try {
          text = decoder.decode(bytes.subarray(from, end)).trim()
        } catch {
          throw damaged(name, 'it is not UTF-8 text')
        }
        if (text !== '' && !text.startsWith('#')) return text
      }
      return undefined
    },
  }
}

/** Both files, as text, a few images at a time. Throws `cameras.*`. */
export function* readColmapText(
  cameras: Uint8Array,
  images: Uint8Array,
  names: readonly [string, string],
): Parts<readonly Posed[]> {
  const lenses = new Map<number, Lens>()
  const first = lines(cameras, names[0])
  for (let line = yield* first.next(); line !== undefined; line = yield* first.next()) {
    const words = line.split(/\s+/)
    const model = models.find(({ name }) => name === words[1])
    if (!model) throw damaged(names[0], `"${(words[1] ?? '').slice(0, 30)}" is no camera model that COLMAP has`)
    const [id = 0, width = 0, height = 0, ...rest] = numbersOf([words[0] ?? '', ...words.slice(2)], 'a lens', names[0])
    if (rest.length !== model.numbers)
      throw damaged(names[0], `${model.name} has ${model.numbers} numbers, not ${rest.length}`)
    lenses.set(id, lensOf(model, width, height, rest, names[0]))
    if (lenses.size % together === 0) yield
  }
  const taken: Taken[] = []
  const second = lines(images, names[1])
  for (let line = yield* second.next(); line !== undefined; line = yield* second.next()) {
    const [, words = '', name = ''] = /^((?:\S+\s+){9})(.*)$/.exec(line) ?? []
    const [, w = 0, x = 0, y = 0, z = 0, a = 0, b = 0, c = 0, lens = 0] = numbersOf(
      words.trim().split(/\s+/),
      'line of an image: IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME',
      names[1],
    )
    taken.push({ lens, name, view: viewOf([w, x, y, z], [a, b, c], names[1]) })
    if (taken.length > mostCameras) throw damaged(names[1], `it has more than ${mostCameras} images`)
    // The next line has the points that it sees, and may be empty.
    second.pass()
    if (taken.length % together === 0) yield
  }
  return yield* joined(lenses, taken, names[1])
}

/** Reads numbers one after the other, and never beyond the end. */
function reader(bytes: Uint8Array, name: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const take = (size: number): number => {
    if (size > bytes.length - at) throw damaged(name, `it ends after ${bytes.length} bytes, in the middle of an entry`)
    at += size
    return at - size
  }
  const whole = (): number => {
    const value = view.getBigUint64(take(8), true)
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value)
  }
  return {
    whole,
    int: (): number => view.getInt32(take(4), true),
    float: (): number => view.getFloat64(take(8), true),
    skip: (size: number): void => void take(size),
    /** As many entries of at least this size as may follow. */
    count(least: number, what: string): number {
      const value = whole()
      if (value > mostCameras || value * least > bytes.length - at)
        throw damaged(name, `it says that it has ${value} ${what}, and has ${bytes.length} bytes`)
      return value
    },
    text(): string {
      const end = bytes.indexOf(0, at)
      if (end < 0 || end - at > 4096) throw damaged(name, 'the name of a picture does not end')
      const text = new TextDecoder().decode(bytes.subarray(at, end))
      at = end + 1
      return text
    },
    left: (): number => bytes.length - at,
  }
}

/** Both files, binary and little-endian, a few images at a time. Throws `cameras.*`. */
export function* readColmapBinary(
  cameras: Uint8Array,
  images: Uint8Array,
  names: readonly [string, string],
): Parts<readonly Posed[]> {
  const lenses = new Map<number, Lens>()
  const first = reader(cameras, names[0])
  for (let n = first.count(48, 'lenses'); n > 0; n--) {
    const [id, code] = [first.int(), first.int()]
    const model = models[code]
    if (!model) throw damaged(names[0], `it has a lens of model ${code}, which COLMAP does not have`)
    const [width, height] = [first.whole(), first.whole()]
    const numbers = Array.from({ length: model.numbers }, first.float)
    lenses.set(id, lensOf(model, width, height, numbers, names[0]))
    if (n % together === 0) yield
  }
  const taken: Taken[] = []
  const second = reader(images, names[1])
  for (let n = second.count(73, 'images'); n > 0; n--) {
    second.int()
    const [w, x, y, z, a, b, c] = Array.from({ length: 7 }, second.float) as [
      ...[number, number, number, number],
      ...[number, number, number],
    ]
    const lens = second.int()
    const name = second.text()
    const points = second.whole()
    if (points * 24 > second.left())
      throw damaged(names[1], `"${name.slice(0, 60)}" claims ${points} points, more than the file can hold`)
    second.skip(points * 24)
    taken.push({ lens, name, view: viewOf([w, x, y, z], [a, b, c], names[1]) })
    if (n % together === 0) yield
  }
  return yield* joined(lenses, taken, names[1])
}

/** The unit quaternion (w first, w ≥ 0) of a rotation. @see Shepperd 1978: the largest of the four is divided by. */
function quatOf(view: readonly number[]): readonly [number, number, number, number] {
  const m = (row: number, column: number): number => view[4 * row + column] ?? 0
  const [a, b, c] = [m(0, 0), m(1, 1), m(2, 2)]
  const squares = [a + b + c, a - b - c, b - a - c, c - a - b]
  const most = squares.indexOf(Math.max(...squares))
  const s = 2 * Math.sqrt(Math.max(0, (squares[most] ?? 0) + 1))
  const [wx, wy, wz] = [m(2, 1) - m(1, 2), m(0, 2) - m(2, 0), m(1, 0) - m(0, 1)]
  const [xy, xz, yz] = [m(0, 1) + m(1, 0), m(0, 2) + m(2, 0), m(1, 2) + m(2, 1)]
  const own = s * s * 0.25
  const rows = [
    [own, wx, wy, wz],
    [wx, own, xy, xz],
    [wy, xy, own, yz],
    [wz, xz, yz, own],
  ] as const
  const [w, x, y, z] = rows[most] ?? rows[0]
  const by = (w < 0 ? -1 : 1) / s
  return [by * w, by * x, by * y, by * z]
}

interface Written {
  readonly lenses: readonly Lens[]
  readonly images: readonly { readonly lens: number; readonly name: string; readonly view: readonly number[] }[]
}

/** Each different lens once. */
function parted(set: readonly Posed[]): Written {
  const lenses = new Map<string, Lens>()
  const places = new Map<string, number>()
  const images = set.map(({ name, camera: { width, height, fx, fy, cx, cy, view } }) => {
    const key = [width, height, fx, fy, cx, cy].join(' ')
    if (!lenses.has(key)) {
      lenses.set(key, { width, height, fx, fy, cx, cy, bent: 0 })
      places.set(key, lenses.size)
    }
    return { lens: places.get(key) ?? 1, name, view }
  })
  return { lenses: [...lenses.values()], images }
}

const moveOf = (view: readonly number[]): readonly number[] => [view[3] ?? 0, view[7] ?? 0, view[11] ?? 0]

/** `cameras.txt`, `images.txt` and an empty `points3D.txt`, without which COLMAP reads no model. */
export function writeColmapText(set: readonly Posed[]): ReadonlyMap<string, Uint8Array> {
  const { lenses, images } = parted(set)
  const cameras = lenses.map(({ width, height, fx, fy, cx, cy }, i) =>
    [i + 1, 'PINHOLE', width, height, fx, fy, cx, cy].join(' '),
  )
  const poses = images.flatMap(({ lens, name, view }, i) => [
    [i + 1, ...quatOf(view), ...moveOf(view), lens, name].join(' '),
    '',
  ])
  const file = (first: string, lines: readonly string[]): Uint8Array =>
    new TextEncoder().encode(`${[first, ...lines].join('\n')}\n`)
  return new Map([
    ['cameras.txt', file('# CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]', cameras)],
    ['images.txt', file('# IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME; then its points', poses)],
    ['points3D.txt', file('# POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[]', [])],
  ])
}

/** `cameras.bin`, `images.bin` and an empty `points3D.bin`. */
export function writeColmapBinary(set: readonly Posed[]): ReadonlyMap<string, Uint8Array> {
  const { lenses, images } = parted(set)
  const names = images.map(({ name }) => new TextEncoder().encode(name))
  const cameras = new DataView(new ArrayBuffer(8 + lenses.length * 56))
  cameras.setBigUint64(0, BigInt(lenses.length), true)
  for (const [i, { width, height, fx, fy, cx, cy }] of lenses.entries()) {
    const at = 8 + 56 * i
    cameras.setInt32(at, i + 1, true)
    cameras.setInt32(at + 4, pinhole, true)
    cameras.setBigUint64(at + 8, BigInt(width), true)
    cameras.setBigUint64(at + 16, BigInt(height), true)
    for (const [k, value] of [fx, fy, cx, cy].entries()) cameras.setFloat64(at + 24 + 8 * k, value, true)
  }
  const poses = new Uint8Array(8 + names.reduce((sum, { length }) => sum + 73 + length, 0))
  const view = new DataView(poses.buffer)
  view.setBigUint64(0, BigInt(images.length), true)
  let at = 8
  for (const [i, { lens, view: pose }] of images.entries()) {
    const name = names[i] ?? new Uint8Array()
    view.setInt32(at, i + 1, true)
    for (const [k, value] of [...quatOf(pose), ...moveOf(pose)].entries()) view.setFloat64(at + 4 + 8 * k, value, true)
    view.setInt32(at + 60, lens, true)
    poses.set(name, at + 64)
    // The end of the name, and no points.
    at += 64 + name.length + 1 + 8
  }
  return new Map([
    ['cameras.bin', new Uint8Array(cameras.buffer)],
    ['images.bin', poses],
    ['points3D.bin', new Uint8Array(8)],
  ])
}
