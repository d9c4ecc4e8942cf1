/** The empty canvas: how to begin. */
import { FolderOpen, ImagePlus, Images } from 'lucide-react'
import { placeOnCanvas } from '../canvas/store.ts'
import { CommandKeys } from '../commands/CommandKeys.tsx'
import { perform } from '../commands/command.ts'
import { addPictures, openPipeline } from '../commands/file.ts'
import { addNode } from '../commands/insert.ts'
import { addNodeCommand } from '../commands/organise.ts'
import { commandPalette } from '../commands/view.ts'
import { currentGraph, useEditor } from '../state/editor.ts'
import { useEngine } from '../state/engine.ts'
import { Button } from '../ui/Button.tsx'
import styles from './EmptyCanvas.module.css'

const sampleImage = 'io/sample-image'

export function EmptyCanvas() {
  const empty = useEditor((s) => {
    const { nodes, frames, notes } = currentGraph(s)
    return [nodes, frames, notes].every((table) => Object.keys(table).length === 0)
  })
  const ready = useEngine((s) => s.ready)
  const samples = useEditor((s) => s.catalogue.has(sampleImage))
  if (!empty || !ready) return null
  return (
    <div className={styles.empty}>
      <h2>Begin with a picture</h2>
      <p>Drop one here, or a pipeline. Then add nodes that change it, and wire them left to right.</p>
      <div className={styles.buttons}>
        <Button look="primary" onClick={() => perform(addPictures)}>
          <ImagePlus size={15} aria-hidden /> Choose a picture
        </Button>
        {samples && (
          <Button onClick={() => addNode({ type: sampleImage, place: placeOnCanvas(true).place, centred: true })}>
            <Images size={15} aria-hidden /> Use a sample
          </Button>
        )}
        <Button onClick={() => perform(openPipeline)}>
          <FolderOpen size={15} aria-hidden /> Open a pipeline
        </Button>
      </div>
      <p className={styles.keys}>
        Double-click or <CommandKeys of={addNodeCommand} /> adds any node, <CommandKeys of={commandPalette} /> finds
        every command.
      </p>
      <p className={styles.keys}>Drag with the right button (or two fingers) to move around, turn the wheel to zoom.</p>
    </div>
  )
}
