/** Live numbers from the engine for the text of a lesson. */
import { useEffect, useState } from 'react'
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

/** Each number at present: undefined until known, an error where there is none. */
export function useNumbers(quantities: Readonly<Record<string, Quantity>>): ReadonlyMap<string, Known> {
  const nodes = useEditor((s) => s.document.nodes)
  const edges = useEditor((s) => s.document.edges)
  const open = useEngine((s) => s.link === 'open')
  const idle = useEngine((s) => s.run.state === 'idle')
  const [found, setFound] = useState<{ readonly of: unknown; readonly numbers: ReadonlyMap<string, Known> }>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rest is when to ask again, not what
  useEffect(() => {
    if (!open || Object.keys(quantities).length === 0) return
    let left = false
    const ask = async (): Promise<void> => {
      const numbers = await numbersNow(quantities)
      if (!left) setFound({ of: quantities, numbers })
    }
    const timer = setTimeout(() => void ask(), pause)
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [quantities, nodes, edges, open, idle])
  return found?.of === quantities ? found.numbers : nothing
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
