/** What a run will take, as the engine reckons it before the run. */
import { useEffect, useState } from 'react'
import type { Estimate } from '../../engine/protocol/estimate.ts'
import { useEditor } from './editor.ts'
import { request, useEngine } from './engine.ts'

/** How long the document must rest before it is asked, in ms. */
const rest = 250

/** Of these nodes (`outer/inner`) and what they need, or of all; asked again when the document or the run's state changes. */
export function useEstimate(node?: string): Estimate | undefined {
  const [estimate, setEstimate] = useState<Estimate>()
  const document = useEditor((s) => s.document)
  const link = useEngine((s) => s.link)
  const done = useEngine((s) => `${s.run.state} ${s.run.done}`)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another document, or a node that is done, is another estimate.
  useEffect(() => {
    if (link !== 'open') return
    let gone = false
    const ask = (): void =>
      void request('estimate', node === undefined ? {} : { nodes: [node] }).then(
        (answer) => !gone && setEstimate(answer),
        // The connection is lost, which the bar says.
        () => undefined,
      )
    const timer = setTimeout(ask, estimate ? rest : 0)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [node, document, link, done])
  return estimate
}
