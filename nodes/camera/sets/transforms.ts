/**
 * `transforms.json`, of NeRF, Instant-NGP and Nerfstudio: camera to world, in OpenGL's axes (x right, y up, z backwards), so two
 * columns change their sign. Lengths in pixels for all frames, or for each.
 * @see Instant-NGP docs/nerf_dataset_tips.md; nerfstudio docs/quickstart/data_conventions.md
 */
import { jsonText } from '../../../engine/types/json.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import type { CameraValue } from '../../../engine/values/index.ts'
import { usualFar, usualNear } from '../../cameras.ts'
import { bentBy, damaged, finite, focal, mostCameras, type Posed, safeName, side } from './set.ts'

const numbers = [
  ...(['w', 'h', 'fl_x', 'fl_y', 'cx', 'cy', 'camera_angle_x', 'camera_angle_y'] as const),
  ...(['k1', 'k2', 'k3', 'p1', 'p2'] as const),
] as const
type Lens = { readonly [K in (typeof numbers)[number]]?: number } & { readonly model?: string }

type Json = Readonly<Record<string, unknown>>
const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a frame, or the file for all frames, says of the lens. Throws `cameras.damaged`. */
function lensIn(json: Json, where: string, name: string): Lens {
  const found: Record<string, number | string> = {}
  for (const key of numbers) {
    const value = json[key]
    if (value === undefined || value === null) continue
    if (typeof value !== 'number') throw damaged(name, `${where}${key} is no number`)
    found[key] = value
  }
  if (typeof json.camera_model === 'string') found.model = json.camera_model
  if (json.is_fisheye === true) found.model = 'fisheye'
  return found
}

interface Frame {
  readonly picture: string
  readonly matrix: readonly (readonly number[])[]
  readonly lens: Lens
}

function frameIn(json: unknown, where: string, name: string): Frame {
  if (!isRecord(json)) throw damaged(name, `${where.slice(0, -1)} is no frame`)
  const { file_path: path, transform_matrix: matrix } = json
  if (typeof path !== 'string') throw damaged(name, `${where}file_path is no text`)
  const isRow = (row: unknown): row is readonly number[] =>
    Array.isArray(row) && row.every((value) => typeof value === 'number')
  if (!Array.isArray(matrix) || !matrix.every(isRow)) throw damaged(name, `${where}transform_matrix is no matrix`)
  return { picture: safeName(path, name), matrix, lens: lensIn(json, where, name) }
}

/** How far from a rotation a matrix may be: files have six digits, and some of them float16. */
const slack = 2e-3

/** World to camera, of a camera to world in OpenGL's axes. Throws `cameras.damaged`. */
function viewOfTransform(matrix: readonly (readonly number[])[], name: string): readonly number[] {
  if (matrix.length < 3 || matrix.length > 4 || matrix.some((row) => row.length !== 4))
    throw damaged(name, `a transform_matrix is not 4 × 4`)
  for (const value of matrix.flat()) finite(value, 'a number of a transform_matrix', name)
  const at = (row: number, column: number): number => matrix[row]?.[column] ?? 0
  // Right, down and forward, as the world has them.
  const axes = [0, 1, 2].map((column) => [0, 1, 2].map((row) => (column === 0 ? 1 : -1) * at(row, column)))
  const eye = [at(0, 3), at(1, 3), at(2, 3)]
  const dot = (a: readonly number[] = [], b: readonly number[] = []): number =>
    a.reduce((sum, v, i) => sum + v * (b[i] ?? 0), 0)
  for (const [i, a] of axes.entries())
    for (const [k, b] of axes.entries())
      if (Math.abs(dot(a, b) - (i === k ? 1 : 0)) > slack)
        throw damaged(name, 'the first three columns of a transform_matrix are no rotation')
  const [[a = 0, b = 0, c = 0] = [], [d = 0, e = 0, f = 0] = [], [g = 0, h = 0, i = 0] = []] = axes
  if (a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g) < 0)
    throw damaged(name, 'a transform_matrix mirrors the world')
  return [...axes.flatMap((axis) => [...axis, -dot(axis, eye)]), 0, 0, 0, 1]
}

/** @param size of a picture, where the file does not say it */
async function cameraOf(
  { matrix, lens }: Frame,
  shared: Lens,
  name: string,
  size: () => Promise<{ readonly width: number; readonly height: number }>,
): Promise<{ readonly camera: CameraValue; readonly bent: number }> {
  const all: Lens = { ...shared, ...lens }
  const { model = 'OPENCV' } = all
  if (/fisheye|equirect|spheric|ortho/i.test(model)) throw new SightlineError('cameras.fisheye', { name, model })
  const known = all.w !== undefined && all.h !== undefined ? { width: all.w, height: all.h } : await size()
  const width = side(Math.round(known.width), 'a width', name)
  const height = side(Math.round(known.height), 'a height', name)
  const of = (length: number, angle: number | undefined): number | undefined =>
    angle === undefined ? undefined : length / (2 * Math.tan(angle / 2))
  const [x, y] = [all.fl_x ?? of(width, all.camera_angle_x), all.fl_y ?? of(height, all.camera_angle_y)]
  const [fx, fy] = [x ?? y, y ?? x]
  if (fx === undefined || fy === undefined) throw damaged(name, 'it has neither fl_x nor camera_angle_x')
  const camera: CameraValue = {
    ...{ kind: 'camera', width, height, fx: focal(fx, 'fl_x', name), fy: focal(fy, 'fl_y', name) },
    ...{ cx: finite(all.cx ?? width / 2, 'cx', name), cy: finite(all.cy ?? height / 2, 'cy', name) },
    ...{ view: viewOfTransform(matrix, name), near: usualNear, far: usualFar },
  }
  const { k1 = 0, k2 = 0, k3 = 0, p1 = 0, p2 = 0 } = all
  return { camera, bent: bentBy(camera, { k: [k1, k2, k3], p: [p1, p2] }) }
}

/**
 * Throws `cameras.*`.
 * @param size of the picture of this name, asked for only where the file says no size
 */
export async function readTransforms(
  text: string,
  name: string,
  size: (picture: string) => Promise<{ readonly width: number; readonly height: number }>,
): Promise<readonly Posed[]> {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (error) {
    throw damaged(name, error instanceof Error ? error.message : 'it is no JSON')
  }
  if (!isRecord(given) || !Array.isArray(given.frames)) throw damaged(name, 'it has no list of frames')
  if (given.frames.length > mostCameras) throw damaged(name, `it has more than ${mostCameras} frames`)
  const shared = lensIn(given, '', name)
  const set: Posed[] = []
  for (const [i, json] of given.frames.entries()) {
    const frame = frameIn(json, `frames[${i}].`, name)
    const { camera, bent } = await cameraOf(frame, shared, name, () => size(frame.picture))
    set.push({ name: frame.picture, camera, ...(bent > 0 && { bent }) })
  }
  return set
}

/** As text; every frame with its own lens, where they are not all alike. */
export function writeTransforms(set: readonly Posed[]): string {
  const lenses = set.map(({ camera: { width, height, fx, fy, cx, cy } }) => ({
    ...{ w: width, h: height, fl_x: fx, fl_y: fy, cx, cy },
  }))
  const alike = lenses.every((one) => JSON.stringify(one) === JSON.stringify(lenses[0]))
  const frames = set.map(({ name, camera: { view } }, i) => {
    const at = (row: number, column: number): number => view[4 * row + column] ?? 0
    const eye = [0, 1, 2].map((k) => -[0, 1, 2].reduce((sum, row) => sum + at(row, k) * at(row, 3), 0))
    const rows = [0, 1, 2].map((k) => [at(0, k), -at(1, k), -at(2, k), eye[k] ?? 0].map((v) => v || 0))
    return { file_path: name, ...(!alike && lenses[i]), transform_matrix: [...rows, [0, 0, 0, 1]] }
  })
  return `${jsonText({ camera_model: 'PINHOLE', ...(alike && lenses[0]), frames })}\n`
}
