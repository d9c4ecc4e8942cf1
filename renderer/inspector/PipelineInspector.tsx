/** Nothing is selected: the pipeline itself, what its notes say, and where to go from here. */

import { CommandKeys } from '../commands/CommandKeys.tsx'
import { renamePipeline } from '../state/actions.ts'
import { currentGraph, titleOf, useEditor } from '../state/editor.ts'
import { Markdown } from '../ui/Markdown.tsx'
import { count } from '../ui/numbers.ts'
import { Section } from '../ui/Section.tsx'
import { TextField } from '../ui/TextField.tsx'
import styles from './Inspector.module.css'

/** The first steps; the full list is one key away. */
const hints: readonly (readonly [command: string, words: string])[] = [
  ['add.node', 'Add a node'],
  ['view.slot-1', 'Put the selected node in the viewer'],
  ['view.fit', 'See the whole pipeline'],
  ['edit.bypass', 'Bypass the selected nodes'],
  ['edit.undo', 'Undo, as far back as you like'],
  ['help.commands', 'Every command'],
  ['help.shortcuts', 'Every shortcut'],
]

export function PipelineInspector() {
  const title = useEditor(titleOf)
  const path = useEditor((s) => s.path)
  const graph = useEditor(currentGraph)
  const inside = useEditor((s) => s.trail.length > 0)
  const notes = Object.entries(graph.notes)

  return (
    <>
      <header className={styles.header}>
        <TextField bare className={styles.title} label="Name of the pipeline" value={title} onCommit={renamePipeline} />
        <p className={styles.summary}>
          {count(Object.keys(graph.nodes).length, 'node')}, {count(Object.keys(graph.edges).length, 'wire')}
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
      <Section title="Keys">
        <dl className={styles.keys}>
          {hints.map(([command, words]) => (
            <div key={words}>
              <dt>
                <CommandKeys id={command} />
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </>
  )
}
