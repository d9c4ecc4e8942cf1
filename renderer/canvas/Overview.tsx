/**
 * Seen from afar, the graph is one drawing under the nodes, which are then bare boxes to take hold of: five hundred canvases,
 * or names, or wires of their own cost more than a frame has.
 */
import { useStore } from '@xyflow/react'
import { useEffect, useMemo, useRef } from 'react'
import type { Graph } from '../../engine/graph/document.ts'
import { currentGraph, useEditor } from '../state/editor.ts'
import { useTheme } from '../theme/theme.ts'
import { createOverview, type Overview } from './overview.ts'
import { useCanvas } from './store.ts'

export function OverviewLayer() {
  const far = useCanvas((s) => s.far)
  return far ? <Layer /> : null
}

const bypassedOf = (records: Graph['nodes']): string =>
  Object.entries(records)
    .filter(([, { bypass }]) => bypass)
    .map(([id]) => id)
    .join()

function Layer() {
  const element = useRef<HTMLCanvasElement>(null)
  const overview = useRef<Overview | undefined>(undefined)
  // React Flow's list changes when something moves, comes or goes; not with every parameter.
  const nodes = useStore((s) => s.nodes)
  const edges = useEditor((s) => currentGraph(s).edges)
  const records = useEditor((s) => currentGraph(s).nodes)
  const bypassed = useMemo(() => bypassedOf(records), [records])
  const catalogue = useEditor((s) => s.catalogue)
  const dragging = useCanvas((s) => s.moving.size > 0)
  const step = useCanvas((s) => s.farStep)
  const theme = useTheme((s) => s.theme)

  useEffect(() => {
    if (!element.current) return
    overview.current = createOverview(element.current)
    return () => overview.current?.close()
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: they are when to draw, not what
  useEffect(() => {
    overview.current?.show(step, new Set(useCanvas.getState().moving.keys()))
  }, [dragging ? undefined : nodes, edges, bypassed, catalogue, dragging, step, theme])

  return <canvas ref={element} aria-hidden style={{ position: 'absolute', zIndex: 1, pointerEvents: 'none' }} />
}
