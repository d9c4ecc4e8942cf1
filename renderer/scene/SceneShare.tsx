/** Gives the scene away as a page that any browser opens: says how large it is, then saves it. */
import { Share2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { largestPage } from '../../engine/protocol/scene-page.ts'
import { notifyError } from '../state/notices.ts'
import { Button } from '../ui/Button.tsx'
import { download } from '../ui/download.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { formatBytes } from '../ui/numbers.ts'
import { Popover } from '../ui/Popover.tsx'
import { useLook } from './look.ts'
import styles from './ScenePane.module.css'
import { lookOfPage, type PackedScene, packScene, type ShareForm, sharedFile } from './share.ts'
import type { SceneSource } from './source.ts'
import type { Stage } from './stage.ts'

interface SceneShareProps {
  readonly stage: Stage | undefined
  readonly source: SceneSource
  readonly title: string
}

export function SceneShare({ stage, source, title }: SceneShareProps) {
  const [open, setOpen] = useState(false)
  return (
    <Popover
      label="Share as a web page"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={<IconButton icon={Share2} label="Share as a web page" disabled={!stage} />}
    >
      {open && stage && <Share stage={stage} source={source} title={title} onDone={() => setOpen(false)} />}
    </Popover>
  )
}

interface ShareProps extends SceneShareProps {
  readonly stage: Stage
  readonly onDone: () => void
}

function Share({ stage, source, title, onDone }: ShareProps) {
  const [packed, setPacked] = useState<PackedScene>()
  const [part, setPart] = useState<number>()
  const [busy, setBusy] = useState(false)
  const closed = useRef(new AbortController())
  const name = title.replace(/\.[^.]*$/, '') || 'scene'
  // biome-ignore lint/correctness/useExhaustiveDependencies: packed once, as it is seen when it is asked for
  useEffect(() => {
    const own = new AbortController()
    closed.current = own
    const look = lookOfPage(source, name, stage.orbit, useLook.getState().background)
    packScene(source, look, setPart, own.signal).then(
      (next) => !own.signal.aborted && setPacked(next),
      (error: unknown) => {
        if (own.signal.aborted) return
        notifyError(error)
        onDone()
      },
    )
    return () => own.abort()
  }, [])
  async function save(form: ShareForm): Promise<void> {
    if (!packed) return
    setBusy(true)
    setPart(0)
    try {
      download(
        await sharedFile(packed, form, setPart, closed.current.signal),
        form === 'page' ? `${name}.html` : `${name}.zip`,
      )
    } catch (error) {
      if ((error as Error)?.name !== 'AbortError') throw error
    } finally {
      setBusy(false)
    }
  }
  const tooLarge = packed !== undefined && packed.page > largestPage
  if (!packed || busy)
    return (
      <div className={styles.share} role="status">
        <p className={styles.small}>{busy ? 'Making the page …' : 'Packing the scene to see how large it is …'}</p>
        <progress className={styles.progress} aria-label="Packing" {...(part !== undefined && { value: part })} />
        <div className={styles.actions}>
          <Button onClick={onDone}>Cancel</Button>
        </div>
      </div>
    )
  return (
    <div className={styles.share}>
      <p className={styles.small}>
        A web page that opens on this view, in any browser. It works offline and needs nothing installed.
      </p>
      <div className={styles.choice}>
        <p>
          One file <span className={styles.bytes}>{formatBytes(packed.page)}</span>
        </p>
        <Button look="primary" disabled={tooLarge} onClick={() => save('page').catch(notifyError)}>
          Save HTML
        </Button>
      </div>
      {tooLarge && (
        <p className={styles.small}>
          One file may have {largestPage / 1e6} MB, so that it can be sent. Save the folder, or take fewer splats.
        </p>
      )}
      <div className={styles.choice}>
        <p>
          Folder for a web server <span className={styles.bytes}>{formatBytes(packed.folder)}</span>
        </p>
        <Button onClick={() => save('folder').catch(notifyError)}>Save zip</Button>
      </div>
      <p className={styles.small}>The folder has index.html and scene.sog.</p>
    </div>
  )
}
