/** One range for everything visible: from the smallest to the greatest value. */
import { useEffect, useMemo } from 'react'
import type { DisplayInput } from '../../engine/values/display.ts'
import type { Shape } from '../../engine/values/index.ts'
import { imageOf } from '../preview/shape.ts'
import type { Pane } from './panes.ts'
import { useStatistics } from './Statistics.tsx'
import { setViewer, useViewer } from './state.ts'

/** Keeps track of the range of one pane: the nominal one, or that of its numbers. Renders nothing. */
export function RangeWatch({ pane }: { pane: Pane }) {
  const statistics = useStatistics(pane.target, true)
  const { key } = pane
  useEffect(() => {
    const nominal = imageOf(statistics?.shape as Shape | undefined)?.range
    const ends = (statistics?.channels ?? []).flatMap(({ min, max }) => [min, max]).filter((end) => end !== null)
    const range = nominal ?? (ends.length ? ([Math.min(...ends), Math.max(...ends)] as const) : undefined)
    const { ranges } = useViewer.getState()
    if (range) setViewer({ ranges: { ...ranges, [key]: range } })
  }, [statistics, key])
  return null
}

/** How each pane is displayed: its own choice, or everything over the same range. Stable while nothing changes. */
export function useDisplays(panes: readonly Pane[]): readonly DisplayInput[] {
  const displays = useViewer((s) => s.displays)
  const shared = useViewer((s) => s.shared)
  const ranges = useViewer((s) => s.ranges)
  return useMemo(() => {
    const known = shared ? panes.flatMap(({ key }) => ranges[key] ?? []) : []
    const range: [number, number] | undefined = known.length > 0 ? [Math.min(...known), Math.max(...known)] : undefined
    return panes.map(({ key }) => ({ ...displays[key], ...(range && range[0] < range[1] && { range }) }))
  }, [panes, displays, shared, ranges])
}
