/** OpenCV.js beside whole nodes, as far as it has the same. */
import { timed } from '../pairs.ts'
import { loadOpenCVjs } from './javascript.ts'
import type { Peer } from './opencv.ts'

type Data = Readonly<Record<string, ArrayLike<number>>>

/** @param data pictures `gray`, `edges` and `mask`, and rows of descriptors `sift0`, `sift1`, `orb0`, `orb1` */
export async function openCVjsNodes(
  data: Data,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<{ readonly name: string; op(name: string): ReturnType<typeof timed> | undefined; close: Peer['close'] }> {
  const cv = await loadOpenCVjs()
  const kept: { delete(): void }[] = []
  const keep = <T extends { delete(): void }>(value: T): T => {
    kept.push(value)
    return value
  }
  const matrix = (name: string, type: unknown, columns: number, of: (v: number) => number = (v) => v) => {
    const numbers = Array.from(data[name] ?? [], of)
    return keep(cv.matFromArray(numbers.length / columns, columns, type as number, numbers))
  }
  const binary = (v: number): number => Number(v > 0)
  const gray = matrix('gray', cv.CV_32F, width)
  const gray8 = matrix('gray', cv.CV_8U, width, (v) => Math.round(255 * v))
  const [edges, mask] = [matrix('edges', cv.CV_8U, width, binary), matrix('mask', cv.CV_8U, width, binary)]
  const sift = ['sift0', 'sift1'].map((name) => matrix(name, cv.CV_32F, 128))
  const orb = ['orb0', 'orb1'].map((name) => matrix(name, cv.CV_8U, 32))
  if (gray.data32F.length !== width * height) throw new Error('the picture has another size')
  const [out, hierarchy, list] = [keep(new cv.Mat()), keep(new cv.Mat()), keep(new cv.MatVector())]
  const call = (name: string, ...args: unknown[]): unknown => (cv[name] as (...args: unknown[]) => unknown)(...args)
  type Matcher = { knnMatch(...args: unknown[]): void; delete(): void }
  const matched = (norm: unknown, rows: readonly unknown[]) => {
    const matcher = keep(new (cv.BFMatcher as new (norm: unknown, cross: boolean) => Matcher)(norm, false))
    return () => {
      const found = new (cv.DMatchVectorVector as new () => { delete(): void })()
      matcher.knnMatch(rows[0], rows[1], found, 2)
      found.delete()
    }
  }
  const calls: Readonly<Record<string, () => unknown>> = {
    integral: () => call('integral', gray, out, -1),
    'Hough lines': () => call('HoughLines', edges, out, 1, Math.PI / 180, 100),
    'Hough segments': () => call('HoughLinesP', edges, out, 1, Math.PI / 180, 50, 30, 5),
    'Hough circles': () => call('HoughCircles', gray8, out, cv.HOUGH_GRADIENT, 1, 10, 204, 31.4, 10, 100),
    contours: () => call('findContours', mask, list, hierarchy, cv.RETR_EXTERNAL, cv.CHAIN_APPROX_SIMPLE),
    'match SIFT': matched(cv.NORM_L2, sift),
    'match ORB': matched(cv.NORM_HAMMING, orb),
  }
  return {
    name: 'OpenCV.js 4.12',
    op: (name) => {
      const run = calls[name]
      return run && timed(run)
    },
    close: () => {
      for (const value of kept) value.delete()
    },
  }
}
