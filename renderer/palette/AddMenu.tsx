/** The list of nodes to add, at the pointer (Tab, double click) or at the end of a dropped wire. */
import { Command as List } from 'cmdk'
import { useEffect, useMemo, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { chapterTitle } from '../../engine/graph/chapters.ts'
import { type AddMenu, setCanvas, useCanvas } from '../canvas/store.ts'
import { addNode } from '../commands/insert.ts'
import { openPage } from '../page/store.ts'
import { currentGraphName, useEditor } from '../state/editor.ts'
import { matchesFor } from '../state/wiring.ts'
import { uiScale } from '../theme/scale.ts'
import { typeColour } from '../theme/types.ts'
import styles from './AddMenu.module.css'
import { basicFirst, type Choice, choicesOf, nearestChoices, searchChoices } from './nodes.ts'

const size = { width: 320, height: 380 }
const edge = 8

export function Add() {
  const menu = useCanvas((s) => s.addMenu)
  // Rendered outside the panel, which is the containing block of fixed elements: the position is relative to the window.
  return menu ? createPortal(<Menu key={`${menu.at.x} ${menu.at.y}`} menu={menu} />, document.body) : null
}

const close = (): void => setCanvas({ addMenu: undefined })

const reaches = ({ info }: Choice): number => Number(info.kind === 'source' || info.kind === 'effect')

/** With a wire: what it can go to, best first. */
function offered(menu: AddMenu): readonly Choice[] {
  const s = useEditor.getState()
  const choices = choicesOf(s.catalogue, s.document, currentGraphName(s))
  const { wire } = menu
  if (!wire) return choices
  // Among equally good matches: basic nodes first, those that read or write files last.
  const order = choices.toSorted((a, b) => reaches(a) - reaches(b) || basicFirst(a, b))
  const byType = new Map(order.map((choice) => [choice.info.type, choice]))
  return matchesFor(
    s,
    wire,
    order.map(({ info }) => info),
  ).flatMap(({ info }) => byType.get(info.type) ?? [])
}

function Menu({ menu }: { menu: AddMenu }) {
  const [query, setQuery] = useState('')
  const box = useRef<HTMLDivElement>(null)
  const all = useMemo(() => offered(menu), [menu])
  const found = useMemo(() => searchChoices(query, all), [query, all])
  const near = useMemo(() => (found.length === 0 ? nearestChoices(query, all) : []), [found, query, all])

  useEffect(() => {
    const onDown = (event: Event): void => {
      if (!(event.target instanceof Node) || !box.current?.contains(event.target)) close()
    }
    window.addEventListener('pointerdown', onDown, { capture: true })
    return () => window.removeEventListener('pointerdown', onDown, { capture: true })
  }, [])

  const add = (type: string): void => {
    close()
    const wire = menu.wire ?? menu.after
    addNode({ type, place: menu.place, centred: true, ...(wire && { wire }) })
  }
  const scale = uiScale()
  const along = (at: number, room: number, length: number): number =>
    Math.max(edge, Math.min(at / scale, room / scale - length - edge))
  const left = along(menu.at.x, window.innerWidth, size.width)
  const top = along(menu.at.y, window.innerHeight, size.height)
  return (
    <div
      ref={box}
      className={styles.menu}
      role="dialog"
      aria-label={menu.wire ? 'Add a node to this wire' : 'Add a node'}
      style={{ left, top, width: size.width, maxHeight: size.height }}
    >
      <List
        shouldFilter={false}
        loop
        label="Nodes"
        onKeyDown={(event) => {
          const chosen = box.current?.querySelector('[data-choice][aria-selected="true"]')?.getAttribute('data-choice')
          if (event.key === 'F1' && chosen) {
            event.preventDefault()
            close()
            openPage({ type: chosen })
          }
          if (event.key !== 'Escape' && event.key !== 'Tab') return
          event.preventDefault()
          event.stopPropagation()
          close()
        }}
      >
        <List.Input
          className={styles.input}
          value={query}
          onValueChange={setQuery}
          placeholder={menu.wire ? 'What takes this wire' : 'Add node'}
          autoFocus
        />
        <List.List label="Nodes" className={styles.list}>
          {near.length > 0 && <p className={styles.none}>No node is called “{query.trim()}”. What comes near:</p>}
          {[...found, ...near].map(({ info, chapter }) => (
            <List.Item
              key={info.type}
              value={info.type}
              className={styles.item}
              data-choice={info.type}
              onSelect={() => add(info.type)}
            >
              <span
                className={styles.dot}
                style={{ background: typeColour(Object.values(info.outputs)[0] ?? { type: 'any' }) }}
                aria-hidden
              />
              <span className={styles.title}>{info.title}</span>
              <span className={styles.alias} translate={info.alias ? 'no' : undefined}>
                {info.alias ?? chapterTitle(chapter)}
              </span>
            </List.Item>
          ))}
          <List.Empty className={styles.none}>
            {all.length === 0 ? 'No node takes this.' : `No node is called “${query.trim()}”.`}
          </List.Empty>
        </List.List>
      </List>
    </div>
  )
}
