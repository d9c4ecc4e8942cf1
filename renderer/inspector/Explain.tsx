/** What a node does: the idea, the formula, the line of code that does the same, and where it comes from. */
import { Copy } from 'lucide-react'
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import { notifyError } from '../state/notices.ts'
import { Formula } from '../ui/Formula.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Section } from '../ui/Section.tsx'
import { toast } from '../ui/toasts.ts'
import styles from './Explain.module.css'

export function Explain({ explain }: { explain: NodeInfo['explain'] }) {
  const { idea, formula, reference, code } = explain
  return (
    <Section title="What it does">
      <p className={styles.idea}>{idea}</p>
      {formula && <Formula tex={formula} />}
      {code && (
        <div className={styles.code}>
          <code>{code}</code>
          <IconButton
            small
            icon={Copy}
            label="Copy this line"
            onClick={() => navigator.clipboard.writeText(code).then(() => toast('Copied.'), notifyError)}
          />
        </div>
      )}
      <p className={styles.reference}>{reference}</p>
    </Section>
  )
}
