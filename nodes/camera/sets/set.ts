/** Cameras of photographs, as programs that find them write them: what is shared by their formats. */
import { SightlineError } from '../../../engine/types/problem.ts'
import type { CameraValue } from '../../../engine/values/index.ts'

/** A camera and the picture that it took. */
export interface Posed {
  /** The picture, as the set names it: relative to its folder of pictures. */
  readonly name: string
  readonly camera: CameraValue
  /** How far the lens moves a corner of the picture from where a pinhole camera has it, in pixels; absent: not at all. */
  readonly bent?: number
}

/** Reading it is refused: it is not what its name says. */
export const damaged = (name: string, message: string): SightlineError =>
  new SightlineError('cameras.damaged', { name, message })

/** More pictures than these are no set, but a mistake. */
export const mostCameras = 100_000

/** Real, and not so large that a float32 loses it. */
export function finite(value: number, what: string, name: string): number {
  if (!Number.isFinite(value) || Math.abs(value) > 1e30) throw damaged(name, `${what} is ${value}`)
  return value
}

export function side(value: number, what: string, name: string): number {
  if (!Number.isInteger(value) || value < 1 || value > 1_000_000)
    throw damaged(name, `${what} is ${value}, and should be a whole number of pixels`)
  return value
}

export function focal(value: number, what: string, name: string): number {
  if (!(finite(value, what, name) > 0)) throw damaged(name, `${what} is ${value}, and should be above 0`)
  return value
}

/** Of lenses with these coefficients (OpenCV's k1, k2, k3, k4 of numerator; p1, p2): how far a corner is moved, in pixels. */
export function bentBy(
  { width, height, fx, fy, cx, cy }: Pick<CameraValue, 'width' | 'height' | 'fx' | 'fy' | 'cx' | 'cy'>,
  { k = [], p = [] }: { readonly k?: readonly number[]; readonly p?: readonly number[] },
): number {
  const [p1 = 0, p2 = 0] = p
  return Math.max(
    ...[0, width].flatMap((u) =>
      [0, height].map((v) => {
        const [x, y] = [(u - cx) / fx, (v - cy) / fy]
        const r2 = x * x + y * y
        const radial = k.reduce((sum, value, i) => sum + value * r2 ** (i + 1), 0)
        const dx = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
        const dy = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
        return Math.hypot(fx * dx, fy * dy)
      }),
    ),
  )
}

/** By their names as a person counts, as folders list pictures. */
export function inOrder(set: readonly Posed[]): readonly Posed[] {
  const { compare } = new Intl.Collator('en', { numeric: true })
  return [...set].sort((a, b) => compare(a.name, b.name))
}

/** A relative name, which may begin with "../". Access is checked when the picture is read. Throws `cameras.damaged`. */
export function safeName(name: string, set: string): string {
  const parts = name.split(/[/\\]/)
  if (name === '' || name.length > 1000 || /^([a-z]:|[/\\])/i.test(name) || name.includes('\0'))
    throw damaged(set, `it names the picture "${name.slice(0, 60)}"`)
  // `./images/a.png` and `../images/a.png` are usual.
  return parts.filter((part) => part !== '.').join('/')
}
