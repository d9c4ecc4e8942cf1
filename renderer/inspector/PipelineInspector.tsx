/** Nothing is selected: the pipeline itself, what its notes say, and where to go from here. */
import { renamePipeline } from '../state/actions.ts'
import { currentGraph, titleOf, useEditor } from '../state/editor.ts'
import { Kbd } from '../ui/Kbd.tsx'
import { Markdown } from '../ui/Markdown.tsx'
import { count } from '../ui/numbers.ts'
import { Section } from '../ui/Section.tsx'
import { TextField } from '../ui/TextField.tsx'
import styles from './Inspector.module.css'

/** The first steps; the full list is one key away. */
const hints: readonly (readonly [keys: readonly string[], words: string])[] = [
  [['Tab'], 'Add a node'],
  [['1'], 'Put the selected node in the viewer'],
  [['F'], 'See the whole pipeline'],
  [['M'], 'Bypass the selected nodes'],
  [['Mod+Z'], 'Undo, as far back as you like'],
  [['Mod+K'], 'Every command'],
  [['?'], 'Every shortcut'],
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
          {hints.map(([keys, words]) => (
            <div key={words}>
              <dt>
                {keys.map((key) => (
                  <Kbd key={key} keys={key} />
                ))}
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </>
  )
}
