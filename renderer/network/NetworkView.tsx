/**
 * The network of a node, over the canvas: operators and folds, read only. Its keys are its own: arrows go to what is beside, Enter
 * opens and closes a fold, / searches, Escape goes back to the pipeline.
 */
import '@xyflow/react/dist/base.css'
import {
  type Node,
  type NodeTypes,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
  type Viewport,
  ViewportPortal,
} from '@xyflow/react'
import { ArrowLeft, CircleAlert, FoldVertical, Maximize, Search, X } from 'lucide-react'
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react'
import { wordsOf } from '../../engine/types/problem.ts'
import { Dots } from '../canvas/Dots.tsx'
import type { Size } from '../canvas/geometry.ts'
import { isScroll } from '../canvas/wheel.ts'
import { useEditor } from '../state/editor.ts'
import { uiScale } from '../theme/scale.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { motion } from '../ui/motion.ts'
import { say } from '../words/say.ts'
import { NetworkBar, NetworkCard, NetworkFrame } from './cards.tsx'
import type { PlacedItem } from './layout.ts'
import styles from './NetworkView.module.css'
import { beside, type Direction } from './nearby.ts'
import { searchNetwork } from './search.ts'
import { closeNetwork, foldAll, load, networkTitle, selectItem, showItem, toggleFold, useNetwork } from './store.ts'
import { isNamed, itemDetail, itemTitle, numberWords, unitWords } from './words.ts'

type NetworkNode = Node<{ readonly placed: PlacedItem }, 'card' | 'frame' | 'bar'>

const nodeTypes = { card: NetworkCard, frame: NetworkFrame, bar: NetworkBar } satisfies NodeTypes
const noAttribution = { hideAttribution: true }
const panButtons = [0, 1, 2]
const zoomRange = { min: 0.05, max: 4 } as const

export function NetworkView() {
  const owner = useNetwork((s) => s.owner)
  if (!owner) return null
  return (
    <ReactFlowProvider>
      <View key={owner.id} />
    </ReactFlowProvider>
  )
}

function View() {
  const element = useRef<HTMLElement>(null)
  const flow = useRef<ReactFlowInstance<NetworkNode>>(null)
  const [searching, setSearching] = useState(false)
  const layout = useNetwork((s) => s.layout)
  const problem = useNetwork((s) => s.problem)
  const owner = useNetwork((s) => s.owner)
  const title = useEditor((s) => (owner ? networkTitle(s, owner) : ''))
  const selected = useNetwork((s) => s.selected)
  const nodes = useMemo(() => layout?.items.flatMap(toNodes) ?? [], [layout])
  useEffect(() => element.current?.focus(), [])
  useWishes(flow, element)
  useRefit(flow, element)
  useEffect(() => {
    const box = element.current
    // React listens passively; only our own listener can stop the page from scrolling.
    const onWheel = (event: WheelEvent): void => {
      const { current } = flow
      if (!current || (event.target instanceof Element && event.target.closest('.nowheel')) || !isScroll(event)) return
      event.preventDefault()
      event.stopPropagation()
      const { x, y, zoom } = current.getViewport()
      void current.setViewport({ x: x - event.deltaX, y: y - event.deltaY, zoom })
    }
    box?.addEventListener('wheel', onWheel, { capture: true, passive: false })
    return () => box?.removeEventListener('wheel', onWheel, { capture: true })
  }, [])

  const stopSearch = (): void => {
    setSearching(false)
    element.current?.focus()
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.target instanceof Element && event.target.closest('input, button')) return
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (!act(event.key, flow.current, () => setSearching(true))) return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <section
      ref={element}
      className={styles.view}
      data-network
      aria-label={`Network of ${title}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys go from one operator to another
      tabIndex={0}
      onKeyDown={onKey}
    >
      <div className={styles.flow}>
        <ReactFlow<NetworkNode>
          className={styles.canvas}
          nodes={nodes}
          edges={noEdges}
          nodeTypes={nodeTypes}
          onInit={(instance) => {
            flow.current = instance
          }}
          onNodeClick={onNodeClick}
          onNodeDoubleClick={onNodeDoubleClick}
          onPaneClick={() => selectItem(undefined)}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          elementsSelectable={false}
          onlyRenderVisibleElements
          panOnDrag={panButtons}
          // A click may tremble.
          paneClickDistance={3}
          zoomOnDoubleClick={false}
          deleteKeyCode={null}
          disableKeyboardA11y
          minZoom={zoomRange.min}
          maxZoom={zoomRange.max}
          proOptions={noAttribution}
        >
          <Dots />
          <ViewportPortal>
            <Wires />
          </ViewportPortal>
        </ReactFlow>
      </div>
      <p className="visually-hidden" role="status">
        {selected !== undefined && <Told id={selected} />}
      </p>
      {!layout && !problem && (
        <p className={styles.message} role="status">
          Reading the network …
        </p>
      )}
      {problem && (
        <div className={styles.message} role="alert">
          <CircleAlert size={20} strokeWidth={1.5} aria-hidden />
          <p>{wordsOf(problem)}</p>
          <div className={styles.actions}>
            <Button onClick={() => void load()}>Try again</Button>
            <Button onClick={closeNetwork}>Back to the pipeline</Button>
          </div>
        </div>
      )}
      <div className={styles.tools}>
        {searching ? (
          <SearchBox onClose={stopSearch} />
        ) : (
          <IconButton icon={Search} label="Search the network" shortcut="/" onClick={() => setSearching(true)} />
        )}
        <IconButton icon={FoldVertical} label="Close all folds" onClick={foldAll} />
        <IconButton icon={Maximize} label="Fit" shortcut="F" onClick={() => void fitAll(flow.current)} />
        <IconButton icon={ArrowLeft} label="Back to the pipeline" shortcut="Escape" onClick={closeNetwork} />
      </div>
    </section>
  )
}

const noEdges: never[] = []

const barHeight = 26

function toNodes(placed: PlacedItem): NetworkNode[] {
  const { item, open, x, y, width, height } = placed
  const base = { data: { placed }, position: { x, y }, width, height, measured: { width, height } }
  if (!open) return [{ ...base, id: item.id, type: 'card' }]
  const size = { width: width - 20, height: barHeight }
  return [
    // It does not block what is behind it: only its title takes the pointer.
    { ...base, id: item.id, type: 'frame', zIndex: -1, style: { pointerEvents: 'none' } },
    {
      ...{ ...base, ...size, id: `${item.id} title`, type: 'bar', measured: size },
      ...{ position: { x: x + 10, y: y + 10 }, zIndex: 2 },
    },
  ]
}

const onNodeClick = (_: MouseEvent, { data }: NetworkNode): void => selectItem(data.placed.item.id)
const onNodeDoubleClick = (_: MouseEvent, { data }: NetworkNode): void => toggleFold(data.placed.item.id)

async function fitAll(flow: ReactFlowInstance<NetworkNode> | null): Promise<void> {
  await flow?.fitView({ padding: 0.12, maxZoom: 1.1 * uiScale(), duration: motion(200) })
  fitted = flow ? { view: flow.getViewport(), again: () => void fitAll(flow) } : undefined
}

/** The view as it was made to show the whole network, and how: while it is this one, the user has not moved it. */
let fitted: { readonly view: Viewport; readonly again: () => void } | undefined

/** Where the window has another size, what was shown whole and not moved since is shown whole again. */
function useRefit(
  flow: React.RefObject<ReactFlowInstance<NetworkNode> | null>,
  element: React.RefObject<HTMLElement | null>,
): void {
  useEffect(() => {
    const box = element.current
    if (!box) return
    let [width, height] = [box.clientWidth, box.clientHeight]
    const watch = new ResizeObserver(() => {
      if (box.clientWidth === width && box.clientHeight === height) return
      ;[width, height] = [box.clientWidth, box.clientHeight]
      const now = flow.current?.getViewport()
      if (!now || !fitted) return
      const { x, y, zoom } = fitted.view
      if (now.x === x && now.y === y && now.zoom === zoom) fitted.again()
    })
    watch.observe(box)
    return () => {
      watch.disconnect()
      fitted = undefined
    }
  }, [flow, element])
}

const arrows: Readonly<Record<string, Direction>> = {
  ...{ ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' },
}

/** Whether the key means something here. */
function act(key: string, flow: ReactFlowInstance<NetworkNode> | null, search: () => void): boolean {
  const { layout, selected, folded } = useNetwork.getState()
  const direction = arrows[key]
  if (direction) {
    const next = layout && beside(layout.items, selected, direction)
    if (next !== undefined) showItem(next)
    return true
  }
  const zoom = { '+': 1.25, '=': 1.25, '-': 0.8 }[key]
  if (zoom !== undefined) {
    void flow?.zoomTo((flow?.getZoom() ?? 1) * zoom)
    return true
  }
  switch (key) {
    case 'Enter':
      if (selected !== undefined) toggleFold(selected)
      return true
    case 'Backspace': {
      // Out of the fold that it is in, which closes.
      const parent = selected === undefined ? undefined : folded?.items.get(selected)?.parent
      if (parent) toggleFold(parent, false)
      return true
    }
    case 'Escape':
      closeNetwork()
      return true
    case '/':
      search()
      return true
    case 'f':
    case 'F':
      void fitAll(flow)
      return true
    default:
      // Keys of the canvas behind it would change what one does not see.
      return key === 'Delete' || (key.length === 1 && key !== '?')
  }
}

const margin = { x: 40, top: 64, bottom: 40 } as const
/** Smaller, nothing can be read: then it begins at the top and goes on below. */
const readable = 0.7

function viewOf({ width, height }: Size, view: Size): Viewport {
  const fitting = Math.min((view.width - 2 * margin.x) / width, (view.height - margin.top - margin.bottom) / height)
  const zoom = Math.min(1.1, Math.max(readable, fitting)) * uiScale()
  return { x: (view.width - width * zoom) / 2, y: Math.max(margin.top, (view.height - height * zoom) / 2), zoom }
}

async function showWhole(
  flow: ReactFlowInstance<NetworkNode>,
  box: HTMLElement,
  layout: Size,
  duration: number,
): Promise<void> {
  const { clientWidth: width, clientHeight: height } = box
  await flow.setViewport(viewOf(layout, { width, height }), { duration })
  const again = (): void => void showWhole(flow, box, useNetwork.getState().layout ?? layout, 0)
  fitted = { view: flow.getViewport(), again }
}

/** Shows what was wished for once it is laid out. */
function useWishes(
  flow: React.RefObject<ReactFlowInstance<NetworkNode> | null>,
  element: React.RefObject<HTMLElement | null>,
): void {
  const wish = useNetwork((s) => s.wish)
  const layout = useNetwork((s) => s.layout)
  const first = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each wish is met once
  useEffect(() => {
    const { current } = flow
    const box = element.current
    if (!layout || !current || !box) return
    const { item, keep } = wish
    const find = (id: string): PlacedItem | undefined => layout.items.find((one) => one.item.id === id)
    const kept = keep && find(keep.item)
    if (keep && kept) {
      const { x, y, zoom } = current.getViewport()
      void current.setViewport({ x: x + (keep.x - kept.x) * zoom, y: y + (keep.y - kept.y) * zoom, zoom })
      return
    }
    const shown = item === undefined ? undefined : find(item)
    if (!shown) {
      void showWhole(current, box, layout, first.current ? 0 : motion(200))
      first.current = false
      return
    }
    const { x, y, zoom } = current.getViewport()
    const [left, top] = [shown.x * zoom + x, shown.y * zoom + y]
    const inView =
      zoom >= 0.6 &&
      left >= 0 &&
      top >= 0 &&
      left + shown.width * zoom <= box.clientWidth &&
      top + Math.min(shown.height, 60) * zoom <= box.clientHeight
    if (inView) return
    const near = Math.max(zoom, 0.8 * uiScale())
    void current.setCenter(shown.x + shown.width / 2, shown.y + Math.min(shown.height / 2, 120), {
      ...{ zoom: near, duration: motion(200) },
    })
  }, [wish, layout])
}

/** All connections as one drawing; those of the selected item stand out. */
function Wires() {
  const links = useNetwork((s) => s.layout?.links)
  const selected = useNetwork((s) => s.selected)
  const layout = useNetwork((s) => s.layout)
  if (!links || !layout) return null
  return (
    <svg className={styles.wires} width={layout.width} height={layout.height} aria-hidden="true">
      {links.map(({ id, path, from, to }) => (
        <path key={id} d={path} data-lit={from === selected || to === selected || undefined} />
      ))}
    </svg>
  )
}

/** The selected item, for those who do not see it. */
function Told({ id }: { id: string }) {
  const folded = useNetwork((s) => s.folded)
  const open = useNetwork((s) => s.open.has(id))
  const item = folded?.items.get(id)
  if (!item) return null
  const title = itemTitle(item)
  if (item.kind === 'fold')
    return `${say(title)}, ${unitWords(folded?.network.unit, item.operators)}, ${say(open ? 'open' : 'closed')}`
  return [title, itemDetail(item)].filter(Boolean).join(', ')
}

const mostFound = 60

function SearchBox({ onClose }: { onClose: () => void }) {
  const folded = useNetwork((s) => s.folded)
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const found = useMemo(() => (folded ? searchNetwork(folded, query) : []), [folded, query])
  const shown = found.slice(0, mostFound)
  const go = (id: string): void => {
    showItem(id)
    onClose()
  }
  const onKey = (event: KeyboardEvent): void => {
    event.stopPropagation()
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt(Math.max(0, Math.min(shown.length - 1, at + step)))
    } else if (event.key === 'Enter') {
      const item = shown[at]
      if (item) go(item.id)
    } else if (event.key === 'Escape') onClose()
  }
  const active = shown[at]
  return (
    <div className={styles.search}>
      <label className={styles.box}>
        <Search size={14} aria-hidden />
        <input
          // biome-ignore lint/a11y/noAutofocus: the user has just asked to search
          autoFocus
          value={query}
          placeholder="Conv, layer3, …"
          role="combobox"
          aria-label="Search the network"
          aria-expanded={shown.length > 0}
          aria-controls="network-found"
          aria-activedescendant={active && `network-found-${at}`}
          spellCheck={false}
          onChange={(event) => {
            setQuery(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKey}
        />
        {query && <span className={styles.count}>{found.length.toLocaleString('en')}</span>}
        <IconButton icon={X} label="Close the search" small onClick={onClose} />
      </label>
      {shown.length > 0 && (
        <div id="network-found" role="listbox" aria-label="Found" className={`${styles.found} nowheel`}>
          {shown.map((item, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
            <div
              key={item.id}
              id={`network-found-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === at}
              className={styles.option}
              ref={(element) => {
                if (i === at) element?.scrollIntoView({ block: 'nearest' })
              }}
              onClick={() => go(item.id)}
            >
              <span className={styles.type} translate={isNamed(item) ? 'no' : undefined}>
                {itemTitle(item)}
              </span>
              <span className={styles.detail} translate="no">
                {itemDetail(item)}
              </span>
              {item.kind !== 'input' && item.kind !== 'output' && item.parameters > 0 && (
                <span className={styles.count}>{numberWords(item.parameters)}</span>
              )}
            </div>
          ))}
        </div>
      )}
      {query.trim() !== '' && found.length === 0 && <p className={styles.none}>Nothing is called “{query.trim()}”.</p>}
    </div>
  )
}
