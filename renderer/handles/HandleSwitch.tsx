/** For a selected node with handles: whether the viewer shows its input, with the handles, or its result. */
import { useEditor } from '../state/editor.ts'
import { Segmented } from '../ui/Segmented.tsx'
import type { Pane } from '../viewer/panes.ts'
import { setViewer, useViewer } from '../viewer/state.ts'
import { useHandled } from './source.ts'

const views = [
  { value: 'input', label: 'Input' },
  { value: 'result', label: 'Result' },
] as const

export function HandleSwitch({ pane: { number, input } }: { pane: Pick<Pane, 'number' | 'input'> }) {
  const selected = useEditor((s) => (s.selection.nodes.size === 1 ? [...s.selection.nodes][0] : undefined))
  const handled = useHandled(selected)
  const handles = useViewer((s) => s.handles)
  if (!handled) return null
  return (
    <Segmented
      small
      label="What the viewer shows of this node"
      value={(input ?? handles) ? 'input' : 'result'}
      segments={views}
      onChange={(next) => {
        if (input === undefined || number === undefined) setViewer({ handles: next === 'input' })
        else setViewer(next === 'input' ? { handles: true, inputSlot: number - 1 } : { inputSlot: undefined })
      }}
    />
  )
}
