/** The path of open subgraphs, with a way back to each. */
import { ChevronRight } from 'lucide-react'
import { goTo, titleOf, useEditor } from '../state/editor.ts'
import { graphTitle } from '../state/info.ts'
import styles from './Breadcrumbs.module.css'

export function Breadcrumbs() {
  const trail = useEditor((s) => s.trail)
  const title = useEditor(titleOf)
  const names = useEditor((s) => s.trail.map((_, depth) => graphTitle(s, s.trail.slice(0, depth + 1))).join('\n'))
  if (trail.length === 0) return null
  const titles = names.split('\n')
  return (
    <nav className={styles.crumbs} aria-label="Where you are">
      <button type="button" onClick={() => goTo([])}>
        {title}
      </button>
      {titles.map((name, depth) => {
        const to = trail.slice(0, depth + 1)
        const last = depth === titles.length - 1
        return (
          <span key={to.join('/')} className={styles.step}>
            <ChevronRight size={12} aria-hidden />
            <button type="button" aria-current={last ? 'page' : undefined} onClick={() => goTo(to)}>
              {name}
            </button>
          </span>
        )
      })}
    </nav>
  )
}
