/** A formula, set by KaTeX; its source until KaTeX has loaded. A long one is set smaller, and scrolls when that is not enough. */
import 'katex/dist/katex.min.css'
import { useEffect, useRef } from 'react'
import styles from './Formula.module.css'
import { late } from './late.ts'

const katexComes = late(() => import('katex'))

/** Below this fraction of the text size, indices are unreadable. */
const smallest = 0.66

/** Whether a part of a formula is complete: it closes every brace it opens. */
const isWhole = (tex: string): boolean =>
  [
    [/\\begin\b/g, /\\end\b/g],
    [/\{/g, /\}/g],
    [/\\left\b/g, /\\right\b/g],
  ].every(([open, close]) => tex.match(open as RegExp)?.length === tex.match(close as RegExp)?.length)

/** The only extension to plain formulas: a class that marks filled-in numbers. */
const trust = ({ command }: { command: string }): boolean => command === '\\htmlClass'
const strict = (code: string): 'ignore' | 'warn' => (code === 'htmlExtension' ? 'ignore' : 'warn')

function stacked(tex: string): string {
  const parts = tex.split(/,?\s*\\q?quad\s*/)
  const lines = parts.length > 1 ? parts : tex.split(/(?<==)(.*)/s, 2)
  return lines.length > 1 && lines.every(isWhole) ? `\\begin{gathered}${lines.join('\\\\')}\\end{gathered}` : tex
}

export function Formula({ tex }: { tex: string }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = box.current
    if (!element) return
    let gone = false
    let set = (_: string): void => {}
    /** The fraction of the formula that fits; above 1, all of it. */
    const room = (): number => element.clientWidth / element.scrollWidth
    const layOut = (): void => {
      element.style.fontSize = ''
      set(tex)
      // Without enough room, formulas side by side are stacked, and a long one breaks after its =.
      if (room() < smallest) set(stacked(tex))
      if (room() < 1) element.style.fontSize = `${Math.max(smallest, room()) * 100}%`
    }
    const size = new ResizeObserver(layOut)
    void katexComes().then(({ default: katex }) => {
      if (gone) return
      set = (formula) => katex.render(formula, element, { displayMode: true, throwOnError: false, strict, trust })
      size.observe(element)
      // Its width is known once its fonts have loaded.
      document.fonts.addEventListener('loadingdone', layOut)
    })
    return () => {
      gone = true
      size.disconnect()
      document.fonts.removeEventListener('loadingdone', layOut)
    }
  }, [tex])
  return (
    <div ref={box} className={styles.formula}>
      <code>{tex}</code>
    </div>
  )
}
