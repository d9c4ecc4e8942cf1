/** Shown while results cannot arrive: starting, interrupted or refused. */
import { LoaderCircle, Unplug } from 'lucide-react'
import { useEffect, useState } from 'react'
import { formatFile } from '../../engine/graph/file.ts'
import { closeCodes } from '../../engine/protocol/link.ts'
import { titleOf, useEditor } from '../state/editor.ts'
import { retryLink, useEngine } from '../state/engine.ts'
import { Button } from '../ui/Button.tsx'
import { download } from '../ui/download.ts'
import styles from './Banner.module.css'

/** Shorter restarts are not announced. */
const patience = 400

export function LinkBanner() {
  const link = useEngine((s) => s.link)
  const refusal = useEngine((s) => s.refusal)
  const late = useLate(link === 'lost' || link === 'connecting')
  if (link === 'refused') return <Refused code={refusal} />
  if (!late) return null
  return (
    <div className={styles.banner} role="status">
      <LoaderCircle size={14} className={styles.spin} aria-hidden />
      {link === 'connecting' ? (
        'Starting…'
      ) : (
        <>
          <span>Reconnecting. Keep working: your pipeline is safe, and results will return by themselves.</span>
          <Button small onClick={retryLink}>
            Try now
          </Button>
        </>
      )}
    </div>
  )
}

function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(waiting), waiting ? patience : 0)
    return () => clearTimeout(timer)
  }, [waiting])
  return late && waiting
}

const refusals: Readonly<Record<number, { readonly words: string; readonly reload: boolean }>> = {
  [closeCodes.token]: {
    words:
      'Sightline was restarted since this window was opened. Open the address it printed last in this tab: your pipeline is kept.',
    reload: false,
  },
  [closeCodes.foreign]: {
    words: 'This page was reached by an address that is not Sightline’s own. Open the address it printed.',
    reload: false,
  },
  [closeCodes.version]: {
    words: 'Sightline was updated since this window was opened. Reload it: your pipeline is kept.',
    reload: true,
  },
}
const otherRefusal = {
  words: 'Something went wrong between this window and Sightline. Reload the window.',
  reload: true,
}

/** The work is still in this window, so it can be saved from here. */
function Refused({ code }: { code: number | undefined }) {
  const { words, reload } = refusals[code ?? 0] ?? otherRefusal
  return (
    <div className={styles.cover} role="alert">
      <div className={styles.card}>
        <Unplug size={20} aria-hidden />
        <h2>This window can no longer connect</h2>
        <p>{words}</p>
        <div className={styles.buttons}>
          <Button onClick={downloadPipeline}>Keep a copy</Button>
          {reload && (
            <Button look="primary" onClick={() => location.reload()}>
              Reload
            </Button>
          )}
        </div>
      </div>
    </div>
  )
}

/** Downloads through the browser, so it works without the engine. */
function downloadPipeline(): void {
  const state = useEditor.getState()
  const file = new Blob([formatFile(state.document)], { type: 'application/json' })
  download(file, `${titleOf(state)}.sightline.json`)
}
