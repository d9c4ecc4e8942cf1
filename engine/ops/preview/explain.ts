/** What one byte of a preview is made of. The range of an automatic display counts as given. */
import type { ImageShape } from '../../values/index.ts'
import { type Colour, fromRgb, toRgb } from '../colour/formulas.ts'
import { roundEven } from '../expr.ts'
import type { At, Readable, Site, StoredShape, Term, Terms } from '../op.ts'
import { distinct, functionOf, sumOf, termAt } from '../terms.ts'
import { diverging, entryOfLabel, labelColours, viridis } from './colours.ts'
import { type ChosenDisplay, chooseDisplay, extentOf, isConverted, measured, needsStatistics, shownOf } from './look.ts'
import type { PreviewParams } from './params.ts'
import { axesOf, pictureOf, placeOf, siteOf } from './place.ts'

interface Point {
  readonly y: number
  readonly x: number
  readonly weight: number
}

/** The positions of the value that one pixel of the preview reads: none in an empty cell of a grid. */
function pointsOf({ y, x }: Pick<At, 'y' | 'x'>, shape: StoredShape, params: PreviewParams): readonly Point[] {
  const picture = pictureOf(shape)
  const { image } = picture
  const { columns, rows, points } = axesOf(placeOf(image, params), picture, shownOf(image, params.display))
  const part = (axis: typeof rows, at: number) => axis.slice(at * points, (at + 1) * points).flat()
  const share = 1 / points ** 2
  return part(rows, y).flatMap((row) =>
    part(columns, x)
      .map((column) => ({ y: row.at, x: column.at, weight: row.weight * column.weight * share }))
      .filter((point) => siteOf(shape, point.y, point.x, 0)),
  )
}

const showsAlpha = (image: ImageShape, { display }: PreviewParams): boolean => {
  const { count, convert } = shownOf(image, display)
  return image.alpha && count === 4 && convert !== 'gray'
}

/** The channels that a byte depends on: NaN in any of them shows in all colours, and makes the pixel opaque. */
function channelsOf(c: number, image: ImageShape, params: PreviewParams): readonly number[] {
  const { first, count } = shownOf(image, params.display)
  const alpha = showsAlpha(image, params)
  if (c === 3 && !alpha) return []
  const colours = image.alpha && count === image.channels && count > 1 ? count - 1 : count
  const all = Array.from({ length: colours }, (_, i) => first + i)
  return c === 3 ? [...all, image.channels - 1] : all
}

export function sitesOf(at: At, shape: StoredShape, params: PreviewParams): readonly Site[] {
  const channels = channelsOf(at.c, pictureOf(shape).image, params)
  if (channels.length === 0) return []
  return distinct(
    pointsOf(at, shape, params).flatMap(({ y, x }) => channels.flatMap((c) => siteOf(shape, y, x, c) ?? [])),
  )
}

const numberIn = (source: Readable, y: number, x: number, c: number): number | undefined => {
  const site = siteOf(source.shape, y, x, c)
  return site && source.at(site.y, site.x, site.c)
}

/** The numbers of one pixel as displayed, before they become colours. */
function numbersAt(at: Pick<At, 'y' | 'x'>, source: Readable, params: PreviewParams): readonly number[] {
  const { image } = pictureOf(source.shape)
  const { first, count, convert } = shownOf(image, params.display)
  const points = pointsOf(at, source.shape, params)
  const read = ({ y, x }: Point) =>
    Array.from({ length: count }, (_, i) => numberIn(source, y, x, first + i) ?? Number.NaN)
  const average = (pixels: readonly (readonly number[])[]) =>
    (pixels[0] ?? []).map((_, c) =>
      pixels.reduce((sum, p, i) => sum + (p[c] ?? Number.NaN) * (points[i]?.weight ?? 0), 0),
    )
  if (!convert) return average(points.map(read))
  const space = image.space as Colour
  const shown = (p: readonly number[]) => [...fromRgb[convert](toRgb[space](p.slice(0, 3))), ...p.slice(3)]
  return space === 'hsv' ? average(points.map((point) => shown(read(point)))) : shown(average(points.map(read)))
}

function displayOf(source: Readable, params: PreviewParams): ChosenDisplay {
  const { image, planar } = pictureOf(source.shape)
  const shown = shownOf(image, params.display)
  if (!needsStatistics(image, params.display)) return chooseDisplay(shown, params.display)
  const { first, count } = measured(image, planar, shown)
  const numbers: number[] = []
  if (isConverted(image, shown)) {
    const { width, height } = placeOf(image, params)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) numbers.push(...numbersAt({ y, x }, source, params).slice(0, 3))
  } else if (params.statistics) {
    return chooseDisplay(shown, params.display, extentOf({ first, count }, params.statistics))
  } else {
    const channels = planar ? image.channels : count
    for (let y = 0; y < image.height; y++)
      for (let x = 0; x < image.width; x++)
        for (let c = 0; c < channels; c++) numbers.push(numberIn(source, y, x, first + c) ?? Number.NaN)
  }
  const finite = numbers.filter(Number.isFinite)
  const [min, max] = [
    finite.reduce((a, b) => Math.min(a, b), Infinity),
    finite.reduce((a, b) => Math.max(a, b), -Infinity),
  ]
  return chooseDisplay(shown, params.display, extentOf({ first: 0, count: 1 }, [{ min, max }]))
}

const toByte = (v: number): number => (v > 0 ? roundEven(Math.min(v, 1) * 255) : 0)

const entryAt = (v: number): number => entryOfLabel(roundEven(Math.min(2 ** 30, Math.max(-(2 ** 30), v))))

/** Like the kernel: magenta for NaN; flagged, blue below the range and red above; otherwise the numbers' colour. */
function byteOf(
  c: number,
  numbers: readonly number[],
  { mode, range: [low, high], flag }: ChosenDisplay,
  alpha: boolean,
) {
  const labels = mode === 'labels'
  const table = labels ? labelColours() : mode === 'viridis' ? viridis : mode === 'diverging' ? diverging : undefined
  const colours = numbers.slice(0, table ? 1 : Math.min(3, numbers.length))
  if (colours.some(Number.isNaN)) return [255, 0, 255, 255][c] ?? 0
  if (flag && colours.some((v) => v > high)) return [255, 48, 0, 255][c] ?? 0
  if (flag && colours.some((v) => v < low)) return [0, 48, 255, 255][c] ?? 0
  if (c === 3) return alpha ? toByte(numbers[3] ?? 1) : 255
  const bytes = colours.map((v) => (labels ? entryAt(v) : toByte((v - low) / (high - low))))
  if (table) return table[(bytes[0] ?? 0) * 3 + c] ?? 0
  return (bytes.length === 1 ? bytes[0] : bytes[c]) ?? 0
}

export function explain(at: At, inputs: readonly Readable[], params: PreviewParams): Terms {
  const [source] = inputs
  if (!source) return sumOf([])
  const { image } = pictureOf(source.shape)
  const points = pointsOf(at, source.shape, params)
  if (points.length === 0) return sumOf([{ weight: 1, value: 0 }])
  const channels = channelsOf(at.c, image, params)
  if (channels.length === 0) return sumOf([{ weight: 1, value: 255 }])
  const weights = new Map<string, Term>()
  for (const { y, x, weight } of points)
    for (const c of channels) {
      const site = siteOf(source.shape, y, x, c)
      if (!site) continue
      const term = termAt(inputs, site, weight)
      const key = `${y} ${x} ${c}`
      weights.set(key, { ...term, weight: weight + (weights.get(key)?.weight ?? 0) })
    }
  const display = displayOf(source, params)
  const result = byteOf(at.c, numbersAt(at, source, params), display, showsAlpha(image, params))
  return functionOf(
    [...weights.values()],
    display.mode === 'labels' ? 'the colour of a label' : `${display.mode} ${display.range.join(' … ')}`,
    result,
  )
}
