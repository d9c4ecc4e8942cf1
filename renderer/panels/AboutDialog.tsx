/** The program, its version, the device it computes on, and the licences of what it is made of. */
import { useEngine } from '../state/engine.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { Dialog } from '../ui/Dialog.tsx'
import styles from './AboutDialog.module.css'
import { deviceWords } from './device.ts'
import { Licences } from './Licences.tsx'

export function AboutDialog() {
  const open = useUi((s) => s.dialog === 'about')
  const version = useEngine((s) => s.version)
  const device = useEngine((s) => s.device)
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && openDialog(null)}
      size="medium"
      title="Sightline"
      description="A visual pipeline editor for computer vision: wire nodes on a canvas and see every result at once. Everything is computed on this machine; nothing leaves it."
    >
      <dl className={styles.facts}>
        <dt>Version</dt>
        <dd>{version ?? 'not known while disconnected'}</dd>
        <dt>Computes on</dt>
        <dd>{device ? deviceWords(device) : 'not known while disconnected'}</dd>
        <dt>Licence</dt>
        <dd>MIT</dd>
      </dl>
      <Licences />
    </Dialog>
  )
}
