/** What a node does: the idea, the formula with symbols and with numbers, the equivalent line of code, the reference. */
import { BookOpen, Copy } from 'lucide-react'
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import type { NodeRecord } from '../../engine/graph/document.ts'
import { codeFor, filled, symbolic, textFor } from '../../engine/types/template.ts'
import { shortcutsOf } from '../commands/shortcuts.ts'
import { nodePage } from '../page/commands.ts'
import { openPage } from '../page/store.ts'
import { fittingValue } from '../state/info.ts'
import { notifyError } from '../state/notices.ts'
import { Formula } from '../ui/Formula.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Section } from '../ui/Section.tsx'
import { toast } from '../ui/toasts.ts'
import styles from './Explain.module.css'

export function Explain({ id, node, info }: { id: string; node: NodeRecord; info: NodeInfo }) {
  const { idea, formula, reference, code, words } = info.explain
  const params = Object.fromEntries(
    Object.entries(info.params).map(([name, spec]) => [name, fittingValue(node, name, spec)]),
  )
  const tex = formula && textFor(formula, params)
  const live = tex && filled(tex, params)
  const line = code && codeFor(code, params, words)
  return (
    <Section
      title="What it does"
      actions={
        <IconButton
          small
          icon={BookOpen}
          label="Page of this node"
          shortcut={shortcutsOf(nodePage)[0]}
          onClick={() => openPage({ type: node.type, id })}
        />
      }
    >
      <p className={styles.idea}>{idea}</p>
      {tex && <Formula tex={symbolic(tex)} />}
      {live && (
        <figure className={styles.live} aria-label="The same with your numbers">
          <figcaption>With your numbers</figcaption>
          <Formula tex={live} />
        </figure>
      )}
      {line && (
        <div className={styles.code}>
          <code>{line}</code>
          <IconButton
            small
            icon={Copy}
            label="Copy this line"
            onClick={() => navigator.clipboard.writeText(line).then(() => toast('Copied.'), notifyError)}
          />
        </div>
      )}
      <p className={styles.reference}>{reference}</p>
    </Section>
  )
}
