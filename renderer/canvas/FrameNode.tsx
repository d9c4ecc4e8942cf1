/** A coloured box behind nodes. Dragging its title moves it with everything in it; its corners resize it. */
import { NodeResizer } from '@xyflow/react'
import { memo } from 'react'
import { changeFrame } from '../state/actions.ts'
import { currentGraph, useEditor } from '../state/editor.ts'
import styles from './FrameNode.module.css'
import { frameId } from './flow.ts'
import type { FlowNode } from './flow-types.ts'
import { Rename } from './Rename.tsx'
import { setCanvas, useCanvas } from './store.ts'

export const frameColours = ['gray', 'blue', 'green', 'amber', 'rose', 'violet'] as const

export const FrameNode = memo(function FrameNode({
  data: { id },
  selected,
}: {
  data: FlowNode['data']
  selected: boolean
}) {
  const frame = useEditor((s) => currentGraph(s).frames[id])
  const writing = useCanvas((s) => s.writing === frameId(id))
  if (!frame) return null
  const colour = frameColours.find((name) => name === frame.colour) ?? 'gray'
  return (
    <section className={styles.frame} data-frame={id} data-colour={colour} data-selected={selected || undefined}>
      <NodeResizer
        isVisible={selected}
        minWidth={160}
        minHeight={100}
        lineClassName={styles.edge ?? ''}
        handleClassName={styles.corner ?? ''}
      />
      <header className={`frame-title ${styles.title}`}>
        {writing ? (
          <Rename value={frame.title} onDone={(title) => changeFrame(id, { title }, 'Rename frame')} />
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: F2 and the menu rename as well
          <span onDoubleClick={() => setCanvas({ writing: frameId(id) })}>{frame.title || 'Frame'}</span>
        )}
        {selected && !writing && (
          <div className={`${styles.colours} nodrag`} role="radiogroup" aria-label="Colour of the frame">
            {frameColours.map((name) => (
              // biome-ignore lint/a11y/useSemanticElements: a row of dots, drawn by us
              <button
                key={name}
                type="button"
                role="radio"
                aria-checked={name === colour}
                aria-label={name}
                title={name}
                data-colour={name}
                className={styles.dot}
                onClick={() => changeFrame(id, { colour: name }, 'Colour frame')}
              />
            ))}
          </div>
        )}
      </header>
    </section>
  )
})
