/** The path of open subgraphs and of an open network, with a way back to each. */
import { ChevronRight } from 'lucide-react'
import { closeNetwork, networkTitle, useNetwork } from '../network/store.ts'
import { goTo, titleOf, useEditor } from '../state/editor.ts'
import { graphTitle } from '../state/info.ts'
import styles from './Breadcrumbs.module.css'

export function Breadcrumbs() {
  const trail = useEditor((s) => s.trail)
  const title = useEditor(titleOf)
  const names = useEditor((s) => s.trail.map((_, depth) => graphTitle(s, s.trail.slice(0, depth + 1))).join('\n'))
  const owner = useNetwork((s) => s.owner)
  const network = useEditor((s) => (owner ? networkTitle(s, owner) : ''))
  if (trail.length === 0 && !owner) return null
  const titles = trail.length === 0 ? [] : names.split('\n')
  const go = (to: readonly string[]): void => {
    closeNetwork()
    goTo(to)
  }
  return (
    <nav className={styles.crumbs} aria-label="Where you are">
      <button type="button" onClick={() => go([])}>
        {title}
      </button>
      {titles.map((name, depth) => {
        const to = trail.slice(0, depth + 1)
        const last = depth === titles.length - 1 && !owner
        return (
          <span key={to.join('/')} className={styles.step}>
            <ChevronRight size={12} aria-hidden />
            <button type="button" aria-current={last ? 'page' : undefined} onClick={() => go(to)}>
              {name}
            </button>
          </span>
        )
      })}
      {owner && (
        <span className={styles.step}>
          <ChevronRight size={12} aria-hidden />
          <span className={styles.here} aria-current="page">
            {network}
          </span>
        </span>
      )}
    </nav>
  )
}
