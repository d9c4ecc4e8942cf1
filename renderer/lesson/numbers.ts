/** Live numbers from the engine for the text of a lesson. */
import { useEffect, useMemo, useState } from 'react'
import { measure, type Reader } from '../../engine/graph/answer.ts'
import type { LessonStep, Quantity } from '../../engine/graph/lesson.ts'
import { useEditor } from '../state/editor.ts'
import { request, useEngine } from '../state/engine.ts'

export const reader: Reader = {
  probe: (node, port, x, y) => request('probe', { node, port, x, y }),
  // The histogram is not shown: request as few bins as possible.
  statistics: (node, port) => request('statistics', { node, port, bins: 2 }),
}

/** The shortest interval between requests while a slider moves, in ms. */
const pause = 120

type Known = number | Error | undefined

/** Each number, or why there is none. */
export async function numbersNow(quantities: Readonly<Record<string, Quantity>>): Promise<ReadonlyMap<string, Known>> {
  const entries = Object.entries(quantities).map(
    async ([name, quantity]) => [name, await measure(reader, quantity).catch((error: Error) => error)] as const,
  )
  return new Map(await Promise.all(entries))
}

interface Found {
  readonly of: unknown
  readonly when: unknown
  readonly numbers: ReadonlyMap<string, Known>
}

/**
 * Each number at present: undefined until known, an error where there is none. `settled`: they are those of the pipeline as it
 * is now, and no slider is held, so that a value passed on the way does not count.
 */
export function useNumbers(quantities: Readonly<Record<string, Quantity>>): {
  readonly numbers: ReadonlyMap<string, Known>
  readonly settled: boolean
} {
  const nodes = useEditor((s) => s.document.nodes)
  const edges = useEditor((s) => s.document.edges)
  const graphs = useEditor((s) => s.document.graphs)
  const moving = useEditor((s) => s.history.open)
  const open = useEngine((s) => s.link === 'open')
  const idle = useEngine((s) => s.run.state === 'idle')
  const [found, setFound] = useState<Found>()
  // A new object with each change: numbers asked for before it are not those of now.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the numbers depend on
  const when = useMemo(() => ({}), [nodes, edges, graphs, moving, open, idle])
  useEffect(() => {
    if (!open || Object.keys(quantities).length === 0) return
    let left = false
    const ask = async (): Promise<void> => {
      const numbers = await numbersNow(quantities)
      if (!left) setFound({ of: quantities, when, numbers })
    }
    const timer = setTimeout(() => void ask(), pause)
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [quantities, when, open])
  return {
    numbers: found?.of === quantities ? found.numbers : nothing,
    settled: found?.of === quantities && found.when === when && idle && !moving,
  }
}
const nothing: ReadonlyMap<string, Known> = new Map()

/** As written in the text. */
export function told(step: LessonStep, numbers: ReadonlyMap<string, Known>): ReadonlyMap<string, string> {
  const known = [...numbers].flatMap(([name, value]) =>
    typeof value === 'number' ? [[name, rounded(value, step.numbers[name]?.digits ?? 3)] as const] : [],
  )
  return new Map(known)
}

const rounded = (value: number, digits: number): string => String(Number(value.toFixed(digits)))
