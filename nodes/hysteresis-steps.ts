/** Hysteresis told component by component: each strong pixel, and what it leads to over weak ones. */
import type { Mark } from '../engine/values/mark.ts'
import type { AlgorithmStep } from '../engine/values/step.ts'

const groups = { now: 1, kept: 0, waiting: 2 } as const
/** More marks than that nobody can tell apart. */
const mostMarks = 900

/** @param numbers of a picture of this size, row by row */
export function* toldHysteresis(
  numbers: ArrayLike<number>,
  width: number,
  height: number,
  low: number,
  high: number,
): Generator<AlgorithmStep, void> {
  const above = (i: number, limit: number): boolean => (numbers[i] ?? 0) > limit
  const reached = new Uint8Array(width * height)
  const weak: number[] = []
  const strong: number[] = []
  for (let i = 0; i < width * height; i++)
    if (above(i, high)) strong.push(i)
    else if (above(i, low)) weak.push(i)

  const markOf = (i: number, group: number): Mark => ({
    kind: 'rect',
    box: [i % width, Math.floor(i / width), (i % width) + 1, Math.floor(i / width) + 1],
    group,
  })
  const told = (say: string, now: readonly number[]): AlgorithmStep => {
    const current = new Set(now)
    const left = weak.filter((i) => reached[i] === 0)
    const kept = [...strong, ...weak].filter((i) => reached[i] === 1)
    const marks = [
      ...now.map((i) => markOf(i, groups.now)),
      ...kept.filter((i) => !current.has(i)).map((i) => markOf(i, groups.kept)),
      ...left.map((i) => markOf(i, groups.waiting)),
    ]
    return { say, state: { kept: kept.length, undecided: left.length }, marks: marks.slice(0, mostMarks) }
  }
  yield told(`${strong.length} pixels are strong and stay. ${weak.length} are weak and wait.`, strong)
  for (const start of strong) {
    if (reached[start]) continue
    reached[start] = 1
    const found = [start]
    for (let next = 0; next < found.length; next++) {
      const i = found[next] ?? 0
      const [x, y] = [i % width, Math.floor(i / width)]
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const other = v * width + u
          if (reached[other] || !above(other, low)) continue
          reached[other] = 1
          found.push(other)
        }
    }
    const saved = found.filter((i) => !above(i, high)).length
    const [x, y] = [start % width, Math.floor(start / width)]
    yield told(
      `From the strong pixel (${x}, ${y}) one gets to ${found.length - 1} others, ${saved} of them weak: they stay too.`,
      found,
    )
  }
  const lost = weak.filter((i) => reached[i] === 0)
  yield told(`${lost.length} weak pixels lead to no strong one: they go.`, lost)
}
