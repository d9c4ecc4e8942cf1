/** Markdown with formulas on the canvas. Double-click edits; Escape or a click elsewhere finishes. */
import { NodeResizer } from '@xyflow/react'
import { memo } from 'react'
import { writeNote } from '../state/actions.ts'
import { currentGraph, useEditor } from '../state/editor.ts'
import { Markdown } from '../ui/Markdown.tsx'
import corners from './FrameNode.module.css'
import { noteId } from './flow.ts'
import type { FlowNode } from './flow-types.ts'
import styles from './NoteNode.module.css'
import { setCanvas, useCanvas } from './store.ts'

export const NoteNode = memo(function NoteNode({
  data: { id },
  selected,
}: {
  data: FlowNode['data']
  selected: boolean
}) {
  const note = useEditor((s) => currentGraph(s).notes[id])
  const writing = useCanvas((s) => s.writing === noteId(id))
  if (!note) return null
  const done = (text: string): void => {
    setCanvas({ writing: undefined })
    writeNote(id, text)
  }
  return (
    <article className={styles.note} data-note={id} data-selected={selected || undefined}>
      <NodeResizer
        isVisible={selected && !writing}
        minWidth={120}
        minHeight={48}
        lineClassName={corners.edge ?? ''}
        handleClassName={corners.corner ?? ''}
      />
      {writing ? (
        <textarea
          className={`${styles.text} nodrag nopan nowheel nokey`}
          defaultValue={note.text}
          placeholder="Markdown, and formulas between dollar signs: $e^{i\pi} = -1$"
          aria-label="Text of the note"
          // biome-ignore lint/a11y/noAutofocus: the user has just asked to write here
          autoFocus
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
          onBlur={(event) => done(event.target.value)}
        />
      ) : (
        <div className={styles.read}>
          {note.text.trim() ? <Markdown text={note.text} /> : <p className={styles.empty}>Double-click to write</p>}
        </div>
      )}
    </article>
  )
})
