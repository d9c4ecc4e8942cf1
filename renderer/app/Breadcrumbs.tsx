/** The path of open subgraphs, with a way back to each. */
import { ChevronRight } from 'lucide-react'
import { type EditorState, goTo, graphOfTrail, insideOfTrail, titleOf, useEditor } from '../state/editor.ts'
import { say } from '../words/say.ts'
import styles from './Breadcrumbs.module.css'

/** The label of a node on the path: its own title, or what its inside is called. */
function graphTitle(s: EditorState, trail: readonly string[], depth: number): string {
  const id = trail[depth] ?? ''
  const inside = insideOfTrail(s, trail.slice(0, depth + 1))
  const title = graphOfTrail(s, trail.slice(0, depth)).nodes[id]?.title
  return title ?? (inside && say(s.catalogue.get(inside.name)?.title ?? inside.name)) ?? id
}

export function Breadcrumbs() {
  const trail = useEditor((s) => s.trail)
  const title = useEditor(titleOf)
  const names = useEditor((s) => s.trail.map((_, depth) => graphTitle(s, s.trail, depth)).join('\n'))
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
