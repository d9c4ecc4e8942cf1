/** Unsaved work left by other windows that ended without asking, offered at the start. */
import { useEffect, useState } from 'react'
import type { MethodResult } from '../../engine/protocol/methods.ts'
import { whenSafe } from '../panels/files.ts'
import { baseName } from '../panels/paths.ts'
import { openDocument } from '../state/editor.ts'
import { connected, request } from '../state/engine.ts'
import { readDocument } from '../state/incoming.ts'
import { notifyError } from '../state/notices.ts'
import { clearViewer } from '../state/ui.ts'
import { Button } from '../ui/Button.tsx'
import styles from './LeftBehind.module.css'

type Copy = MethodResult<'copies'>['copies'][number]

const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/** A window that closed just before this one opened may only be reloading: look again after this many ms. */
const again = 5000

async function takeOver({ session }: Copy): Promise<void> {
  const { document, ...origin } = await request('copy', { session })
  openDocument(await readDocument(document), { ...origin, unsaved: true })
  clearViewer()
  await request('forget', { session })
}

export function LeftBehind() {
  const [copies, setCopies] = useState<readonly Copy[]>([])
  const [later, setLater] = useState(false)
  useEffect(() => {
    const look = (): Promise<void> =>
      connected()
        .then(() => request('copies', {}))
        .then((found) => setCopies(found.copies), notifyError)
    void look()
    const timer = setTimeout(look, again)
    return () => clearTimeout(timer)
  }, [])
  const without = (copy: Copy): void => setCopies((all) => all.filter(({ session }) => session !== copy.session))
  const open = (copy: Copy): void =>
    whenSafe(() => {
      without(copy)
      takeOver(copy).catch(notifyError)
    })
  const drop = (copy: Copy): void => {
    without(copy)
    request('forget', { session: copy.session }).catch(notifyError)
  }
  if (later || copies.length === 0) return null
  return (
    <section className={styles.card} aria-label="Unsaved work">
      <h2>Unsaved work</h2>
      <ul>
        {copies.map((copy) => (
          <li key={copy.session}>
            <div className={styles.what}>
              <strong>{copy.title || (copy.path && baseName(copy.path)) || 'Untitled'}</strong>
              <span>{when.format(copy.time)}</span>
              {copy.path !== undefined && <span title={copy.path}>{copy.path}</span>}
            </div>
            <Button small look="primary" onClick={() => open(copy)}>
              Open
            </Button>
            <Button small onClick={() => drop(copy)}>
              Throw away
            </Button>
          </li>
        ))}
      </ul>
      <div className={styles.foot}>
        <p>Copies are kept for 30 days.</p>
        <Button small onClick={() => setLater(true)}>
          Later
        </Button>
      </div>
    </section>
  )
}
