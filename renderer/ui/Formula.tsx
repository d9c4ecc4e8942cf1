/** A formula, set by KaTeX; its source until that is there. */
import { useEffect, useRef } from 'react'
import styles from './Formula.module.css'

export function Formula({ tex }: { tex: string }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let gone = false
    Promise.all([import('katex'), import('katex/dist/katex.min.css')]).then(([{ default: katex }]) => {
      if (!gone && box.current) katex.render(tex, box.current, { displayMode: true, throwOnError: false })
    })
    return () => {
      gone = true
    }
  }, [tex])
  return (
    <div ref={box} className={styles.formula}>
      <code>{tex}</code>
    </div>
  )
}
