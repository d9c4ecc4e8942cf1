/** Histograms of pictures as plots. */
import type { Ops } from '../engine/ops/calls.ts'
import type { ImageValue, PlotValue } from '../engine/values/index.ts'
import { seenColours } from './alpha.ts'
import { channelNames } from './channels.ts'

/** Counts of each colour channel over one range; what is not seen, NaN and infinite numbers are left out. */
export async function histogramsOf(
  ops: Ops,
  image: ImageValue,
  bins: number,
  range: readonly [number, number],
): Promise<PlotValue['series']> {
  const channels = await ops.statistics(await seenColours(ops, image), { bins, range })
  const names = channelNames(image)
  return channels.map(({ histogram }, c) => ({ name: names[c] ?? `${c}`, values: histogram }))
}

/** The histogram of what is seen of a picture. */
export const histogramPlot = async (
  ops: Ops,
  image: ImageValue,
  bins = 256,
  range: readonly [number, number] = [0, 1],
): Promise<PlotValue> => ({
  kind: 'plot',
  x: { label: 'Value', range },
  series: await histogramsOf(ops, image, bins, range),
})
