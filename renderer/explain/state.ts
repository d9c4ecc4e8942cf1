/**
 * The number being explained, and its explanation. It is requested again whenever its node has a new full result; while a
 * slider moves, the last answer stays and is marked as outdated.
 */
import { create } from 'zustand'
import type { MethodResult } from '../../engine/protocol/methods.ts'
import type { ProvenanceOutline } from '../../engine/protocol/provenance.ts'
import type { NodeReport } from '../../engine/protocol/reports.ts'
import { toProblem } from '../../engine/types/problem.ts'
import { onChange } from '../state/editor.ts'
import { request } from '../state/engine.ts'
import { createKeyed, useKeyed } from '../state/keyed.ts'
import { newestOnly } from '../state/newest.ts'
import type { ToldProblem } from '../state/problem.ts'
import { nodeReports } from '../state/reports.ts'
import { setPanel, type ViewTarget } from '../state/ui.ts'

export type Provenance = MethodResult<'provenance'>

/** One number: output, pixel and channel. */
export interface Asked extends ViewTarget {
  readonly x: number
  readonly y: number
  readonly c: number
}

export interface ExplainState {
  readonly asked: Asked | undefined
  readonly told: Provenance | undefined
  /** Why there is no answer. */
  readonly problem: ToldProblem | undefined
  /** The answer belongs to an older result; the full one is being computed. */
  readonly waiting: boolean
  /** Counts requests to move the keyboard focus to the panel. */
  readonly focus: number
}

const nothing = { asked: undefined, told: undefined, problem: undefined, waiting: false } as const

export const useExplain = create<ExplainState>(() => ({ ...nothing, focus: 0 }))
const { getState: get, setState: set } = useExplain

/** By output (`outer/blur.image`): each preview watches its own. */
export const outlines = createKeyed<ProvenanceOutline>()
export const outputName = ({ node, port }: ViewTarget): string => `${node}.${port}`
export const useOutline = (target: ViewTarget): ProvenanceOutline | undefined => useKeyed(outlines, outputName(target))

const ask = newestOnly<Provenance>()
let forget: (() => void) | undefined

const isFull = (report: NodeReport | undefined): boolean =>
  report?.status === 'done' || report?.status === 'unchanged' || report?.status === 'bypassed'

function askAgain(): void {
  const { asked } = get()
  if (!asked) return
  const report = nodeReports.get(asked.node)
  // Subgraphs have no report of their own.
  if (report && !isFull(report)) {
    const { problem } = report
    set(problem ? { told: undefined, problem, waiting: false } : { waiting: true })
    if (problem) outlines.clear()
    return
  }
  ask(
    () => request('provenance', asked),
    (told, error) => {
      if (get().asked !== asked) return
      if (told) {
        set({ told, problem: undefined, waiting: false })
        showOutlines(told.outlines)
        return
      }
      set({ told: undefined, problem: toProblem(error), waiting: false })
      outlines.clear()
    },
  )
}

function showOutlines(next: readonly ProvenanceOutline[]): void {
  const table = new Map(next.map((outline) => [outputName(outline), outline]))
  const gone = [...outlines.entries().keys()].filter((key) => !table.has(key)).map((key) => [key, undefined] as const)
  outlines.set([...gone, ...table])
}

/** Starts explaining this number. `focus`: the panel gets the keyboard focus. */
export function explainNumber(asked: Asked, { focus = false } = {}): void {
  const before = get().asked
  const same = before && outputName(before) === outputName(asked)
  set({
    asked,
    problem: undefined,
    ...(!same && { told: undefined }),
    ...(focus && { focus: get().focus + 1 }),
  })
  setPanel('inspector', true)
  if (!same) {
    forget?.()
    forget = nodeReports.subscribe(asked.node, askAgain)
  }
  askAgain()
}

export function endExplaining(): void {
  if (!get().asked) return
  forget?.()
  forget = undefined
  set(nothing)
  outlines.clear()
}

/** Moves to a neighbour, within the picture. */
export function moveNumber(dx: number, dy: number): void {
  const { asked, told } = get()
  const size = asked && told?.outlines.find((outline) => outputName(outline) === outputName(asked))?.size
  if (!size) return
  const x = Math.min(size.width - 1, Math.max(0, asked.x + dx))
  const y = Math.min(size.height - 1, Math.max(0, asked.y + dy))
  if (x !== asked.x || y !== asked.y) explainNumber({ ...asked, x, y })
}

// Another document: nothing explained so far applies to it.
onChange((change) => change.kind === 'open' && endExplaining())

/** Arrow keys, ten pixels with Shift; undefined for other keys. */
export function arrowStep({
  key,
  shiftKey,
}: {
  key: string
  shiftKey: boolean
}): readonly [number, number] | undefined {
  const step = arrows[key]
  const far = shiftKey ? 10 : 1
  return step && [step[0] * far, step[1] * far]
}
const arrows: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
