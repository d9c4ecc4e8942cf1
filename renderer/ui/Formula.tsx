/** A formula, set by KaTeX; its source until that is there. A long one is set smaller, and scrolls when that is not enough. */
import { useEffect, useRef } from 'react'
import styles from './Formula.module.css'

/** Below this part of the text's size, indices can no longer be read. */
const smallest = 0.66

/** Whether a part of a formula is one by itself: what it opens it closes. */
const isWhole = (tex: string): boolean =>
  [
    [/\\begin\b/g, /\\end\b/g],
    [/\{/g, /\}/g],
    [/\\left\b/g, /\\right\b/g],
  ].every(([open, close]) => tex.match(open as RegExp)?.length === tex.match(close as RegExp)?.length)

const stacked = (tex: string): string => {
  const parts = tex.split(/,?\s*\\q?quad\s*/)
  return parts.every(isWhole) ? `\\begin{gathered}${parts.join('\\\\')}\\end{gathered}` : tex
}

export function Formula({ tex }: { tex: string }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let gone = false
    Promise.all([import('katex'), import('katex/dist/katex.min.css')]).then(([{ default: katex }]) => {
      const element = box.current
      if (gone || !element) return
      element.style.fontSize = ''
      katex.render(tex, element, { displayMode: true, throwOnError: false })
      const room = (): number => element.clientWidth / element.scrollWidth
      // Formulas side by side go below each other where there is no room.
      if (room() < smallest) katex.render(stacked(tex), element, { displayMode: true, throwOnError: false })
      if (room() < 1) element.style.fontSize = `${Math.max(smallest, room()) * 100}%`
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
