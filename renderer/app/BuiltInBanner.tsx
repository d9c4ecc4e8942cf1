/** Inside a built-in node: it can be looked at; to change it, one makes a copy of one's own. */
import { Lock } from 'lucide-react'
import { makeOwnCopy } from '../commands/organise.ts'
import { isBuiltIn, useEditor } from '../state/editor.ts'
import { Button } from '../ui/Button.tsx'
import styles from './BuiltInBanner.module.css'

export function BuiltInBanner() {
  const shown = useEditor(isBuiltIn)
  if (!shown) return null
  return (
    <div className={styles.banner} role="status">
      <Lock size={13} aria-hidden />
      <span>Built in, read only</span>
      <Button small onClick={() => makeOwnCopy.perform()}>
        Make my own copy
      </Button>
    </div>
  )
}
