/** Nothing is selected: the pipeline itself, the text of its notes, and where to go from here. */

import { boundaryWires } from '../../engine/graph/boundary.ts'
import type { Position } from '../../engine/graph/document.ts'
import { CommandKeys } from '../commands/CommandKeys.tsx'
import type { Command } from '../commands/command.ts'
import { bypass, undoCommand } from '../commands/edit.ts'
import { addNodeCommand } from '../commands/organise.ts'
import { commandPalette, fitAll, shortcutList, viewCommand } from '../commands/view.ts'
import { useLesson } from '../lesson/store.ts'
import { renameOpen, renamePipeline } from '../state/actions.ts'
import { currentGraph, currentInside, titleOf, useEditor } from '../state/editor.ts'
import { graphTitle } from '../state/info.ts'
import { Kbd } from '../ui/Kbd.tsx'
import { Markdown } from '../ui/Markdown.tsx'
import { count } from '../ui/numbers.ts'
import { Section } from '../ui/Section.tsx'
import { TextField } from '../ui/TextField.tsx'
import { say, text } from '../words/say.ts'
import styles from './Inspector.module.css'

/** The first steps; the full list is one key away. */
const hints: readonly (readonly [command: Command, words: string])[] = [
  [addNodeCommand, 'Add a node'],
  [viewCommand, 'Put the selected node in the viewer'],
  [fitAll, 'See the whole pipeline'],
  [bypass, 'Bypass the selected nodes'],
  [undoCommand, 'Undo, as far back as you like'],
  [commandPalette, 'Every command'],
  [shortcutList, 'Every shortcut'],
]

/** Trackpads move the view with two fingers as well. */
const gestures = [
  [text('Right drag'), text('Move the view; or Space and drag, or two fingers')],
  [text('Wheel'), text('Zoom')],
] as const

/** From the top to the bottom, in a row from the left to the right. */
const asRead = (a: Position, b: Position): number => a.y - b.y || a.x - b.x

export function PipelineInspector() {
  const title = useEditor(titleOf)
  const path = useEditor((s) => s.path)
  const graph = useEditor(currentGraph)
  const inside = useEditor((s) => currentInside(s)?.graph)
  const name = useEditor((s) => graphTitle(s, s.trail))
  // The notes of a lesson would give its answers away.
  const lesson = useLesson((s) => s.on)
  const notes = lesson ? [] : Object.entries(graph.notes).sort(([, a], [, b]) => asRead(a.position, b.position))
  const wires = Object.keys(graph.edges).length + (inside ? boundaryWires(inside) : 0)

  return (
    <>
      <header className={styles.header}>
        {inside ? (
          <TextField bare className={styles.title} label="Name of the subgraph" value={name} onCommit={renameOpen} />
        ) : (
          <TextField
            bare
            className={styles.title}
            label="Name of the pipeline"
            value={title}
            onCommit={renamePipeline}
          />
        )}
        <p className={styles.summary}>
          {count(Object.keys(graph.nodes).length, 'node')}, {count(wires, 'wire')}
          {inside && ' in this subgraph'}
        </p>
        {path && <p className={styles.path}>{path}</p>}
      </header>
      {notes.length > 0 && (
        <Section title="Notes">
          {notes.map(([id, note]) => (
            <Markdown key={id} text={note.text} />
          ))}
        </Section>
      )}
      <Section title="Mouse and keys">
        <dl className={styles.keys}>
          {gestures.map(([keys, words]) => (
            <div key={words}>
              <dt>
                <Kbd keys={say(keys)} />
              </dt>
              <dd>{say(words)}</dd>
            </div>
          ))}
          {hints.map(([command, words]) => (
            <div key={words}>
              <dt>
                <CommandKeys of={command} />
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </>
  )
}
