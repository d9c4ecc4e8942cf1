/** The panel for an open network: the operator, fold or tensor that is selected, or all of it. */
import { ArrowRight, Eye, Waypoints } from 'lucide-react'
import type { NetworkFold, NetworkItem, NetworkLeaf } from '../../engine/graph/network-folds.ts'
import { makeOwnCopy } from '../commands/organise.ts'
import inspector from '../inspector/Inspector.module.css'
import { useEditor } from '../state/editor.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Section } from '../ui/Section.tsx'
import { canChange, canTap, showOutput, showWeight, tap, tapsOf } from './actions.ts'
import styles from './NetworkInspector.module.css'
import { closeNetwork, type NetworkOwner, networkTitle, showItem, toggleFold, useNetwork } from './store.ts'
import { isNamed, itemTitle, parameterWords, shapeWords, tensorOf, unitsOf, unitWords, weightOf } from './words.ts'

export function NetworkInspector({ owner }: { owner: NetworkOwner }) {
  const folded = useNetwork((s) => s.folded)
  const item = useNetwork((s) => (s.selected === undefined ? s.folded?.whole : s.folded?.items.get(s.selected)))
  const title = useEditor((s) => networkTitle(s, owner))
  const changing = useEditor(canChange)
  if (!folded || !item) return null
  return (
    <>
      <header className={inspector.header}>
        <h2 className={inspector.heading} translate={isNamed(item) ? 'no' : undefined}>
          {item === folded.whole ? title : itemTitle(item)}
        </h2>
        {item.kind === 'operator' && item.operator.name && (
          <p className={styles.path} translate="no">
            {item.operator.name}
          </p>
        )}
        <Summary item={item} whole={item === folded.whole} />
      </header>
      {item.kind === 'operator' && <Operator item={item} owner={owner} />}
      {item.kind === 'fold' && <Fold item={item} whole={item === folded.whole} />}
      {(item.kind === 'input' || item.kind === 'output') && <End item={item} />}
      {!changing && item.kind === 'operator' && (
        <Section title="Built in, read only">
          <p className={inspector.summary}>Make your own copy of this node to tap its tensors and show its weights.</p>
          <Button
            small
            className={styles.copy}
            onClick={() => {
              closeNetwork()
              makeOwnCopy.perform()
            }}
          >
            Make my own copy
          </Button>
        </Section>
      )}
    </>
  )
}

function Summary({ item, whole }: { item: NetworkItem; whole: boolean }) {
  const unit = useNetwork((s) => s.folded?.network.unit)
  if (item.kind === 'input') return <p className={inspector.summary}>An input of the network.</p>
  if (item.kind === 'output') return <p className={inspector.summary}>An output of the network.</p>
  const learned = item.parameters > 0 && parameterWords(item.parameters)
  if (item.kind === 'operator') return learned ? <p className={inspector.summary}>{learned}</p> : null
  return (
    <p className={inspector.summary}>
      {unitWords(unit, item.operators)}
      {learned && <> · {learned}</>}
      {whole && (
        <span className={styles.hint}>
          {unit === 'layer' ? 'Select a layer to see what it does.' : 'Select an operator to see what it does.'}
        </span>
      )}
    </p>
  )
}

/** Tensors that can become outputs of the node. */
function Operator({ item: { operator }, owner }: { item: NetworkLeaf; owner: NetworkOwner }) {
  const folded = useNetwork((s) => s.folded)
  if (!folded) return null
  const weights = operator.inputs.filter((name) => weightOf(folded, name))
  const given = operator.inputs.filter((name) => name !== '' && !weightOf(folded, name))
  const attributes = Object.entries(operator.attributes)
  const takers = [...new Set(operator.outputs.flatMap((output) => folded.takers(output)))]
  return (
    <>
      <Section title="Gives">
        <ul className={styles.list}>
          {operator.outputs.map((name) => (
            <Given key={name} name={name} owner={owner} />
          ))}
        </ul>
      </Section>
      {weights.length > 0 && (
        <Section title="Weights">
          <ul className={styles.list}>
            {weights.map((name) => (
              <Weight key={name} name={name} shown={owner.file !== undefined} />
            ))}
          </ul>
        </Section>
      )}
      {attributes.length > 0 && (
        <Section title="Attributes">
          <dl className={styles.attributes} translate="no">
            {attributes.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
      {given.length > 0 && (
        <Section title="Comes from">
          <ul className={styles.list}>
            {[...new Set(given)].map((name) => (
              <Taken key={name} name={name} />
            ))}
          </ul>
        </Section>
      )}
      {takers.length > 0 && <Takers ids={takers} />}
    </>
  )
}

function Shape({ name }: { name: string }) {
  const folded = useNetwork((s) => s.folded)
  const tensor = folded && (tensorOf(folded, name) ?? weightOf(folded, name))
  const shape = shapeWords(tensor)
  if (!tensor) return null
  return (
    <span className={styles.shape} translate="no">
      {[shape, tensor.dtype].filter(Boolean).join(' · ')}
    </span>
  )
}

function Given({ name, owner }: { name: string; owner: NetworkOwner }) {
  const taps = useEditor((s) => tapsOf(s, owner)?.join(','))
  const changing = useEditor(canChange)
  const isOutput = useNetwork((s) => s.folded?.network.outputs.includes(name) ?? false)
  const tapped = taps?.split(',').includes(name) ?? false
  return (
    <li className={styles.entry}>
      <span className={styles.name} translate="no">
        {name}
      </span>
      <Shape name={name} />
      <span className={styles.acts}>
        {taps !== undefined && !isOutput && changing && canTap(name) && (
          <Button small aria-pressed={tapped} onClick={() => tap(name, !tapped)}>
            <Waypoints size={12} aria-hidden /> {tapped ? 'Tapped' : 'Tap'}
          </Button>
        )}
        {(tapped || isOutput) && (
          <IconButton small icon={Eye} label={`Show ${name} in the viewer`} onClick={() => showOutput(name)} />
        )}
      </span>
    </li>
  )
}

/** `shown`: there is a file that it can be read from. */
function Weight({ name, shown }: { name: string; shown: boolean }) {
  const changing = useEditor(canChange)
  return (
    <li className={styles.entry}>
      <span className={styles.name} translate="no">
        {name}
      </span>
      <Shape name={name} />
      {changing && shown && (
        <span className={styles.acts}>
          <IconButton small icon={Eye} label={`Show ${name} in the viewer`} onClick={() => showWeight(name)} />
        </span>
      )}
    </li>
  )
}

function Taken({ name }: { name: string }) {
  const giver = useNetwork((s) => s.folded?.giver(name))
  return (
    <li className={styles.entry}>
      <span className={styles.name} translate="no">
        {name}
      </span>
      <Shape name={name} />
      {giver !== undefined && (
        <span className={styles.acts}>
          <IconButton
            small
            icon={ArrowRight}
            label={`Go to where ${name} comes from`}
            onClick={() => showItem(giver)}
          />
        </span>
      )}
    </li>
  )
}

function Takers({ ids }: { ids: readonly string[] }) {
  const items = useNetwork((s) => s.folded?.items)
  return (
    <Section title="Goes to">
      <ul className={styles.list}>
        {ids.map((id) => {
          const item = items?.get(id)
          if (!item) return null
          const title = itemTitle(item)
          return (
            <li key={id} className={styles.entry}>
              <span className={styles.name} translate="no">
                {title}
              </span>
              <span className={styles.shape} translate="no">
                {item.kind === 'operator' ? item.title : ''}
              </span>
              <span className={styles.acts}>
                <IconButton small icon={ArrowRight} label={`Go to ${title}`} onClick={() => showItem(id)} />
              </span>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

function Fold({ item, whole }: { item: NetworkFold; whole: boolean }) {
  const unit = useNetwork((s) => s.folded?.network.unit)
  const open = useNetwork((s) => s.open.has(item.id))
  return (
    <>
      {!whole && (
        <Section title="Fold">
          <Button small className={styles.copy} onClick={() => toggleFold(item.id)}>
            {open ? 'Close' : 'Open'}
          </Button>
        </Section>
      )}
      <Section title={unitsOf(unit)}>
        <dl className={styles.attributes} translate="no">
          {item.types.map(([type, n]) => (
            <div key={type}>
              <dt>{type}</dt>
              <dd>{n}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </>
  )
}

function End({ item: { tensor, kind } }: { item: Extract<NetworkItem, { tensor: string }> }) {
  const folded = useNetwork((s) => s.folded)
  const giver = kind === 'output' ? folded?.giver(tensor) : undefined
  const takers = kind === 'input' ? (folded?.takers(tensor) ?? []) : giver === undefined ? [] : [giver]
  return (
    <>
      <Section title="Tensor">
        <Shape name={tensor} />
      </Section>
      {kind === 'input' && takers.length > 0 && <Takers ids={takers} />}
      {kind === 'output' && giver !== undefined && (
        <Section title="Comes from">
          <ul className={styles.list}>
            <Taken name={tensor} />
          </ul>
        </Section>
      )}
    </>
  )
}
