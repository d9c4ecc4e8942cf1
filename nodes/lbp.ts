/** Local binary patterns, with the arithmetic of skimage.feature.local_binary_pattern. Plain arrays. */

export const lbpMethods = ['default', 'ror', 'uniform'] as const
export type LbpMethod = (typeof lbpMethods)[number]

/** How many different patterns there are. */
export const lbpCodes = (method: LbpMethod, points: number): number => (method === 'uniform' ? points + 2 : 2 ** points)

/** The code of each pixel: which of the points of a circle around it are not darker. Beyond the picture everything is 0. */
export function localBinaryPattern(
  numbers: ArrayLike<number>,
  width: number,
  points: number,
  radius: number,
  method: LbpMethod,
  cancelled: () => boolean = () => false,
): Float32Array {
  const height = numbers.length / width
  const round = (v: number): number => Math.round(v * 1e5) / 1e5
  const places = Array.from({ length: points }, (_, i) => {
    const turn = (2 * Math.PI * i) / points
    return [round(-radius * Math.sin(turn)), round(radius * Math.cos(turn))] as const
  })
  const at = (y: number, x: number): number =>
    y < 0 || x < 0 || y >= height || x >= width ? 0 : (numbers[y * width + x] ?? 0)
  const between = (y: number, x: number): number => {
    const [y0, x0, y1, x1] = [Math.floor(y), Math.floor(x), Math.ceil(y), Math.ceil(x)]
    const [dy, dx] = [y - y0, x - x0]
    const top = (1 - dx) * at(y0, x0) + dx * at(y0, x1)
    const bottom = (1 - dx) * at(y1, x0) + dx * at(y1, x1)
    return (1 - dy) * top + dy * bottom
  }
  const codes = new Float32Array(numbers.length)
  const most = 2 ** points
  for (let y = 0; y < height && !cancelled(); y++)
    for (let x = 0; x < width; x++) {
      const middle = at(y, x)
      let [code, ones, changes, first, last] = [0, 0, 0, 0, 0]
      for (const [i, [dy, dx]] of places.entries()) {
        const bit = between(y + dy, x + dx) - middle >= 0 ? 1 : 0
        if (i === 0) first = bit
        else if (bit !== last) changes++
        last = bit
        code += bit * 2 ** i
        ones += bit
      }
      if (method === 'uniform') code = changes + (first !== last ? 1 : 0) <= 2 ? ones : points + 1
      if (method === 'ror') {
        let least = code
        for (let k = 1; k < points; k++) {
          code = (code >>> 1) + ((code & 1) * most) / 2
          least = Math.min(least, code)
        }
        code = least
      }
      codes[y * width + x] = code
    }
  return codes
}
