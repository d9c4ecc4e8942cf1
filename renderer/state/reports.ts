/** The engine's reports on nodes and wires. Each entry is watched separately, so a running node re-renders only itself. */
import { useMemo } from 'react'
import type { NodeReport, WireReport } from '../../engine/protocol/reports.ts'
import type { Shape } from '../../engine/values/index.ts'
import { createKeyed, useAll, useKeyed } from './keyed.ts'

/** By node (`outer/inner`). */
export const nodeReports = createKeyed<NodeReport>()
/** By where the wire ends (`outer/blur.image`). */
export const wireReports = createKeyed<WireReport>()
/** By node: output → shape. */
export const nodeShapes = createKeyed<Readonly<Record<string, Shape>>>()

export const useNodeReport = (node: string): NodeReport | undefined => useKeyed(nodeReports, node)
export const useWireReport = (end: string): WireReport | undefined => useKeyed(wireReports, end)
/** As far as known before a run, and what the last one found. */
export function useNodeShapes(node: string): Readonly<Record<string, Shape>> | undefined {
  const known = useKeyed(nodeShapes, node)
  const found = useKeyed(nodeReports, node)?.found as Readonly<Record<string, Shape>> | undefined
  return useMemo(() => (found ? { ...known, ...found } : known), [known, found])
}
export const useAllNodeReports = (): ReadonlyMap<string, NodeReport> => useAll(nodeReports)
export const useAllWireReports = (): ReadonlyMap<string, WireReport> => useAll(wireReports)

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Replaces a whole table, notifying only of differences. */
export function replaceAll<T>(keyed: ReturnType<typeof createKeyed<T>>, table: Readonly<Record<string, T>>): void {
  const changes: [string, T | undefined][] = []
  for (const key of keyed.entries().keys()) if (!(key in table)) changes.push([key, undefined])
  for (const [key, value] of Object.entries(table)) if (!same(keyed.get(key), value)) changes.push([key, value])
  keyed.set(changes)
}

export function clearReports(): void {
  nodeReports.clear()
  wireReports.clear()
  nodeShapes.clear()
}
