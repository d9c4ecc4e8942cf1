/** What is drawn of a network's items: cards, as nodes of the pipeline, and frames around what is in an open fold. */
import { ChevronDown, ChevronRight, LogIn, LogOut } from 'lucide-react'
import { memo } from 'react'
import { classes } from '../ui/classes.ts'
import styles from './cards.module.css'
import type { PlacedItem } from './layout.ts'
import { toggleFold, useNetwork } from './store.ts'
import {
  isNamed,
  itemDetail,
  itemTitle,
  numberWords,
  parameterWords,
  shapeWords,
  tensorOf,
  unitWords,
} from './words.ts'

interface CardProps {
  readonly data: { readonly placed: PlacedItem }
}

const Sockets = ({ sockets }: Pick<PlacedItem, 'sockets'>) => (
  <>
    {sockets.in !== undefined && <span className={styles.socket} data-side="in" style={{ left: sockets.in }} />}
    {sockets.out !== undefined && <span className={styles.socket} data-side="out" style={{ left: sockets.out }} />}
  </>
)

function Parameters({ count: n, inWords }: { count: number; inWords: boolean }) {
  const words = parameterWords(n)
  return inWords ? (
    <span className={styles.parameters}>{words}</span>
  ) : (
    <span className={styles.parameters} title={words}>
      {numberWords(n)}
    </span>
  )
}

/** Families of operators, told apart by the edge of their cards. */
const families: readonly (readonly [RegExp, string])[] = [
  [/conv|gemm|matmul|linear|attention|dense|fully_connected|einsum/i, 'learned'],
  [/norm/i, 'normal'],
  [/relu|sigmoid|tanh|softmax|clip|erf|gelu|elu|swish|logistic|activation|prelu|mish|silu/i, 'bend'],
  [/pool|reduce|mean|resize|upsampl|strided/i, 'pool'],
]
const familyOf = (type: string): string => families.find(([pattern]) => pattern.test(type))?.[1] ?? 'other'

export const NetworkCard = memo(function NetworkCard({ data: { placed } }: CardProps) {
  const { item, sockets } = placed
  const selected = useNetwork((s) => s.selected === item.id)
  const folded = useNetwork((s) => s.folded)
  const title = itemTitle(item)
  const detail = itemDetail(item)
  const tensor = item.kind === 'operator' ? item.operator.outputs[0] : item.kind === 'fold' ? undefined : item.tensor
  const shape = folded && tensor !== undefined ? shapeWords(tensorOf(folded, tensor)) : undefined
  return (
    <article
      className={classes(styles.card, styles[item.kind])}
      data-item={item.id}
      data-selected={selected || undefined}
      data-family={item.kind === 'operator' ? familyOf(item.operator.type) : undefined}
      title={[title, detail].filter(Boolean).join(' · ')}
    >
      <Sockets sockets={sockets} />
      <header className={styles.header}>
        <h3 className={styles.title} translate={isNamed(item) ? 'no' : undefined}>
          {item.kind === 'input' && <LogIn size={12} aria-hidden />}
          {item.kind === 'output' && <LogOut size={12} aria-hidden />}
          <span>{title}</span>
        </h3>
        {item.kind === 'fold' && (
          <button
            type="button"
            className={styles.toggle}
            aria-label={`Open ${title}`}
            tabIndex={-1}
            onClick={() => toggleFold(item.id)}
          >
            <ChevronRight size={14} aria-hidden />
          </button>
        )}
      </header>
      {item.kind === 'fold' && <p className={styles.count}>{unitWords(folded?.network.unit, item.operators)}</p>}
      {detail && (
        <p className={item.kind === 'fold' ? styles.types : styles.name} translate="no">
          {detail}
        </p>
      )}
      <footer className={styles.footer}>
        <span className={styles.shape} translate="no">
          {shape}
        </span>
        {item.kind !== 'input' && item.kind !== 'output' && item.parameters > 0 && (
          <Parameters count={item.parameters} inWords={item.kind === 'fold'} />
        )}
      </footer>
    </article>
  )
})

export const NetworkFrame = memo(function NetworkFrame({ data: { placed } }: CardProps) {
  const { item, sockets } = placed
  const selected = useNetwork((s) => s.selected === item.id)
  return (
    <section
      className={styles.frame}
      data-item={item.id}
      data-selected={selected || undefined}
      aria-label={itemTitle(item)}
    >
      <Sockets sockets={sockets} />
    </section>
  )
})

/** The title of a frame: over the connections that go into it. */
export const NetworkBar = memo(function NetworkBar({ data: { placed } }: CardProps) {
  const { item, width } = placed
  const unit = useNetwork((s) => s.folded?.network.unit)
  if (item.kind !== 'fold') return null
  const title = itemTitle(item)
  return (
    <div style={{ maxWidth: width - 20 }} title={title}>
      <header className={styles.bar}>
        <button
          type="button"
          className={styles.toggle}
          aria-label={`Close ${title}`}
          tabIndex={-1}
          onClick={() => toggleFold(item.id)}
        >
          <ChevronDown size={14} aria-hidden />
        </button>
        <h3 translate={isNamed(item) ? 'no' : undefined}>{title}</h3>
        <span className={styles.facts}>
          {unitWords(unit, item.operators)}
          {item.parameters > 0 && ` · ${numberWords(item.parameters)}`}
        </span>
      </header>
    </div>
  )
})
