/** The node list on the left: chapters, a search, Basics or All. Drag a node onto the canvas, or double-click it. */
import { ChevronRight, Search, X } from 'lucide-react'
import { type KeyboardEvent, memo, useMemo, useRef, useState } from 'react'
import { chapterTitle } from '../../engine/graph/chapters.ts'
import { placeOnCanvas } from '../canvas/store.ts'
import { addNode } from '../commands/insert.ts'
import { currentGraphName, useEditor } from '../state/editor.ts'
import { setAllNodes, useUi } from '../state/ui.ts'
import { typeColour } from '../theme/types.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { say } from '../words/say.ts'
import { endDrag, startDrag } from './drag.ts'
import { type Choice, choicesOf, formulaNode, nearestChoices, searchChoices } from './nodes.ts'
import styles from './Palette.module.css'

const extents = [
  { value: 'basics', label: 'Basics' },
  { value: 'all', label: 'All' },
] as const

const addInMiddle = (type: string): void => {
  addNode({ type, place: placeOnCanvas(true).place, centred: true })
}

export function Palette() {
  const catalogue = useEditor((s) => s.catalogue)
  const document = useEditor((s) => s.document)
  const within = useEditor(currentGraphName)
  const graphs = document.graphs
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the document only its subgraphs are listed
  const choices = useMemo(() => choicesOf(catalogue, document, within), [catalogue, graphs, within])
  const all = useUi((s) => s.allNodes)
  const [query, setQuery] = useState('')
  const list = useRef<HTMLDivElement>(null)

  // A search looks everywhere.
  const found = useMemo(
    () => (query.trim() ? searchChoices(query, choices) : choices.filter((choice) => all || choice.info.basic)),
    [query, choices, all],
  )
  const onKey = (event: KeyboardEvent): void => {
    const first = list.current?.querySelector<HTMLElement>('[data-choice]')
    if (event.key === 'ArrowDown') {
      event.preventDefault()
      first?.focus()
    } else if (event.key === 'Enter' && query.trim() && found[0]) addInMiddle(found[0].info.type)
    else if (event.key === 'Escape') setQuery('')
  }

  return (
    <nav className={styles.palette} aria-label="Nodes">
      <div className={styles.top}>
        <label className={styles.search}>
          <Search size={14} aria-hidden />
          <input
            value={query}
            placeholder="Search nodes"
            aria-label="Search nodes"
            spellCheck={false}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={onKey}
          />
          {query && <IconButton icon={X} label="Clear the search" small onClick={() => setQuery('')} />}
        </label>
        <Segmented
          label="Which nodes"
          segments={extents}
          value={all ? 'all' : 'basics'}
          onChange={(value) => setAllNodes(value === 'all')}
          small
          wide
        />
      </div>
      <div ref={list} className={styles.list}>
        {query.trim() ? <Flat choices={found} /> : <Chapters choices={found} />}
        {found.length === 0 && catalogue.size > 0 && <Nothing query={query} choices={choices} />}
      </div>
    </nav>
  )
}

/** What to do where a search finds nothing: what comes near, a formula, a node of one's own. */
function Nothing({ query, choices }: { query: string; choices: readonly Choice[] }) {
  const near = useMemo(() => nearestChoices(query, choices), [query, choices])
  const formula = choices.filter(({ info }) => info.type === formulaNode)
  return (
    <div className={styles.none}>
      <p>No node is called “{query.trim()}”.</p>
      {near.length > 0 ? (
        <>
          <h2>What comes near</h2>
          <Flat choices={near} />
        </>
      ) : (
        <p>Try another word, as blur, edges or imread.</p>
      )}
      <h2>Or make it</h2>
      <Flat choices={formula} />
      <p>
        With Expression you type a formula for every pixel. A node of your own is one file of TypeScript: “A node in ten
        minutes” in CONTRIBUTING.md shows how.
      </p>
    </div>
  )
}

function Flat({ choices }: { choices: readonly Choice[] }) {
  return (
    <ul>
      {choices.map((choice) => (
        <Item key={choice.info.type} choice={choice} />
      ))}
    </ul>
  )
}

function Chapters({ choices }: { choices: readonly Choice[] }) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const names = [...new Set(choices.map(({ chapter }) => chapter))]
  const toggle = (name: string): void => {
    const next = new Set(closed)
    if (!next.delete(name)) next.add(name)
    setClosed(next)
  }
  return names.map((name) => {
    const open = !closed.has(name)
    return (
      <section key={name}>
        <h2>
          <button type="button" className={styles.chapter} aria-expanded={open} onClick={() => toggle(name)}>
            <ChevronRight size={12} aria-hidden />
            {chapterTitle(name)}
          </button>
        </h2>
        {open && <Flat choices={choices.filter(({ chapter }) => chapter === name)} />}
      </section>
    )
  })
}

/** Up and down move through the list; Enter adds. */
function onItemKey(event: KeyboardEvent<HTMLElement>, type: string): void {
  const { key, currentTarget } = event
  if (key === 'Enter') addInMiddle(type)
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  event.preventDefault()
  const all = [...(currentTarget.closest('nav')?.querySelectorAll<HTMLElement>('[data-choice]') ?? [])]
  const next = all[all.indexOf(currentTarget) + step]
  if (next) next.focus()
  else if (step < 0) currentTarget.closest('nav')?.querySelector('input')?.focus()
}

const Item = memo(function Item({ choice: { info } }: { choice: Choice }) {
  const output = Object.values(info.outputs)[0]
  const colour = typeColour(output ?? Object.values(info.inputs)[0] ?? { type: 'any' })
  return (
    <li>
      <button
        type="button"
        className={styles.item}
        draggable
        data-choice={info.type}
        title={`${say(info.summary)}${info.alias ? `\n${info.alias}` : ''}`}
        onDragStart={(event) => startDrag(event, info.type)}
        onDragEnd={endDrag}
        onDoubleClick={() => addInMiddle(info.type)}
        onKeyDown={(event) => onItemKey(event, info.type)}
      >
        <span className={styles.dot} style={{ background: colour }} aria-hidden />
        <span className={styles.title}>{info.title}</span>
        {info.alias && (
          <span className={styles.alias} translate="no">
            {info.alias}
          </span>
        )}
      </button>
    </li>
  )
})
