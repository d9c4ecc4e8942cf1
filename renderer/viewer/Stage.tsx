/**
 * The area that shows pictures: the wheel zooms about the cursor, a drag pans, a double click toggles between fit and 100 %, a
 * click selects the mark under the cursor, or pins the probe and explains the number there. Keyboard: arrows pan (or move a
 * pinned probe), + and − zoom, F fits, Z is 100 %, Page Down and Page Up select the next and the previous mark.
 */
import { Copy, Download, Maximize } from 'lucide-react'
import { type KeyboardEvent, type MouseEvent, type PointerEvent, type ReactNode, useEffect, useRef } from 'react'
import type { DisplayInput } from '../../engine/values/display.ts'
import { arrowStep, endExplaining, explainNumber, outlines, outputName, useExplain } from '../explain/state.ts'
import { markUnder, placeInSight } from '../marks/look.ts'
import { hoverMark, indexIn, outputOf, selectMark, shownMarks, stepMark, useMarks } from '../marks/state.ts'
import { imageOf } from '../preview/shape.ts'
import { notifyError } from '../state/notices.ts'
import { screenRatio, useScale } from '../theme/scale.ts'
import { ContextMenu } from '../ui/ContextMenu.tsx'
import type { MenuItem } from '../ui/menu-items.ts'
import {
  type Camera,
  fitCamera,
  type Point,
  pannedBy,
  pictureRect,
  pixelAt,
  placeAt,
  type Size,
  suffices,
  wantedPart,
  zoomedAt,
  zoomOf,
} from './camera.ts'
import { createNumbers, pixelsInSight, writtenFrom } from './numbers.ts'
import { type OutlineColours, paint } from './paint.ts'
import type { Picture } from './picture.ts'
import styles from './Stage.module.css'
import { setViewer, useViewer } from './state.ts'
import { copyPicture, savePicture } from './whole.ts'

interface StageProps {
  /** One, or two that are compared. */
  readonly pictures: readonly Picture[]
  readonly displays: readonly DisplayInput[]
  /** All linked pictures: the first with a known size sets the scale. */
  readonly linked: readonly Picture[]
  readonly label: string
  /** Of each picture: what its copies are called. */
  readonly titles: readonly string[]
  /** Is drawn over the first picture: a mask. */
  readonly over?: Picture | undefined
  /** Over the picture: handles. */
  readonly children?: ReactNode
}

/** The shortest interval between requests for a region while the camera moves, in milliseconds. */
const askEvery = 60
/** This long after its last move the camera is at rest: only what is in sight is requested, and everything is drawn exactly. */
const restAfter = 150
/** What is requested and drawn around the stage while the camera moves, as a share of its larger side. */
const spareShare = 0.25
const tremble = 4

const referenceOf = (linked: readonly Picture[]): Size | undefined => linked.find((p) => p.info?.size)?.info?.size

export function Stage({ pictures, displays, linked, label, titles, over, children }: StageProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const drag = useRef<{ at: Point; moved: number } | null>(null)
  /** The size of the canvas in device pixels. */
  const stage = useRef<Size | undefined>(undefined)

  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    let frame = 0
    let asking: ReturnType<typeof setTimeout> | undefined
    let resting: ReturnType<typeof setTimeout> | undefined
    const colours = outlineColours(element)
    const requested = over ? [...pictures, over] : pictures
    const numbers = new Map(pictures.map((picture) => [picture, createNumbers(picture, () => schedule())]))

    const draw = (): void => {
      frame = 0
      const reference = referenceOf(linked)
      const size = stage.current
      const { camera, ...state } = useViewer.getState()
      if (!reference || !size) return
      paint(context, {
        stage: size,
        camera,
        reference,
        pictures,
        over,
        state,
        ratio: screenRatio(),
        spare: resting === undefined ? 0 : spareOf(size),
        colours,
        numbersOf: (picture) => numbers.get(picture)?.part,
        // The explained number itself has the probe's mark.
        outlineOf: (picture) => (isAsked(picture) ? undefined : outlines.get(outputName(picture))),
        marksOf: marksOver,
      })
      const shownZoom = zoomOf(camera, size, reference)
      // Linked stages may differ by a pixel, so only one reports.
      if (linked[0] === pictures[0] && shownZoom !== state.shownZoom) setViewer({ shownZoom })
    }
    const ask = (): void => {
      asking = undefined
      const reference = referenceOf(linked)
      const room = stage.current
      const { camera } = useViewer.getState()
      if (!room) return
      const spare = resting === undefined ? 0 : spareOf(room)
      for (const [i, picture] of requested.entries()) {
        const display = displays[i] ?? {}
        const size = picture.info?.size
        const rect = size && reference && pictureRect(camera, room, reference, size)
        // Until its size is known, request all of it, as large as the stage.
        const wanted = rect ? wantedPart(rect, room, size) : room
        const had = picture.wanted(display)
        const enough = spare > 0 && had && size && wanted && suffices(had, wanted, size)
        if (wanted && !enough) picture.want((rect && wantedPart(rect, room, size, spare)) ?? wanted, display)
        const written = rect && size && rect.width / size.width >= writtenFrom * screenRatio()
        numbers.get(picture)?.want(written ? pixelsInSight(rect, room, size) : undefined)
      }
    }
    const schedule = (): void => {
      frame ||= requestAnimationFrame(draw)
    }
    const rest = (): void => {
      resting = undefined
      clearTimeout(asking)
      ask()
      schedule()
    }
    const moved = (): void => {
      schedule()
      asking ??= setTimeout(ask, askEvery)
      clearTimeout(resting)
      resting = setTimeout(rest, restAfter)
    }
    /** A mark that was selected elsewhere comes into sight. */
    const reveal = (): void => {
      const [picture] = pictures
      const { selected } = useMarks.getState()
      const [size, reference, room] = [picture?.info?.size, referenceOf(linked), stage.current]
      if (!picture || !selected || selected.output !== outputOf(picture) || !size || !reference || !room) return
      const { camera } = useViewer.getState()
      const rect = pictureRect(camera, room, reference, size)
      const centre = placeInSight(selected.mark, rect, room, size)
      if (centre) setViewer({ camera: { zoom: zoomOf(camera, room, reference), ...centre } })
    }
    const resize = new ResizeObserver(([entry]) => {
      const box = entry?.devicePixelContentBoxSize?.[0]
      const ratio = screenRatio()
      const width = Math.max(1, Math.round(box?.inlineSize ?? element.clientWidth * ratio))
      const height = Math.max(1, Math.round(box?.blockSize ?? element.clientHeight * ratio))
      stage.current = { width, height }
      element.width = width
      element.height = height
      draw()
      moved()
    })
    resize.observe(element)
    const stops = [
      useViewer.subscribe((now, before) => (now.camera === before.camera ? schedule() : moved())),
      ...requested.map((picture) =>
        picture.onDraw(() => {
          numbers.get(picture)?.renew()
          schedule()
        }),
      ),
      useScale.subscribe(moved),
      outlines.subscribe(null, schedule),
      ...pictures.map((picture) => shownMarks.subscribe(outputOf(picture), schedule)),
      useMarks.subscribe(({ hovered, selected }, before) => {
        if (hovered === before.hovered && selected === before.selected) return
        if (selected !== before.selected) reveal()
        schedule()
      }),
      useExplain.subscribe(({ asked }, before) => asked !== before.asked && follow(pictures)),
      // If its size is new, another region is needed, and all linked pictures move.
      ...linked.map((picture) => picture.subscribe(moved)),
      ...(over ? [over.subscribe(moved)] : []),
    ]
    ask()
    schedule()
    // A pin without an explanation (a lesson's) stays in place.
    if (useExplain.getState().asked) follow(pictures)

    // React's own wheel handlers are passive and could not stop the page from scrolling.
    const wheel = (event: WheelEvent): void => {
      event.preventDefault()
      const reference = referenceOf(linked)
      const size = stage.current
      if (!reference || !size) return
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0018))
      const { camera } = useViewer.getState()
      setViewer({ camera: zoomedAt(camera, size, reference, factor, pointOf(event, element, size)) })
    }
    // Also from what lies over the canvas.
    const area = element.parentElement ?? element
    area.addEventListener('wheel', wheel, { passive: false })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(asking)
      clearTimeout(resting)
      resize.disconnect()
      area.removeEventListener('wheel', wheel)
      for (const stop of stops) stop()
    }
  }, [pictures, displays, linked, over])

  /** Changes the camera once the stage has a size and a picture. */
  const look = (change: (camera: Camera, stage: Size, reference: Size) => Camera): void => {
    const reference = referenceOf(linked)
    if (reference && stage.current) setViewer({ camera: change(useViewer.getState().camera, stage.current, reference) })
  }
  const zoom = (factor: number): void =>
    look((camera, size, reference) =>
      zoomedAt(camera, size, reference, factor, { x: size.width / 2, y: size.height / 2 }),
    )
  const oneToOne = (at?: Point): void =>
    look((camera, size, reference) =>
      zoomedAt(
        camera,
        size,
        reference,
        1 / zoomOf(camera, size, reference),
        at ?? { x: size.width / 2, y: size.height / 2 },
      ),
    )
  const pan = (dx: number, dy: number): void =>
    look((camera, size, reference) => pannedBy(camera, size, reference, dx, dy))
  const placeUnder = (at: Point): Point | null => {
    const reference = referenceOf(linked)
    const size = pictures[0]?.info?.size
    if (!reference || !size || !stage.current) return null
    const place = placeAt(pictureRect(useViewer.getState().camera, stage.current, reference, size), at)
    return pixelAt(place, size) ? place : null
  }
  /** The picture in sight at a point of the stage, and the mark of it there. */
  const markAt = (at: Point): { picture: Picture; index: number | undefined } | undefined => {
    const reference = referenceOf(linked)
    const room = stage.current
    const picture = room && seenAt(pictures, at.x / room.width)
    const size = picture?.info?.size
    if (!reference || !room || !size) return undefined
    const rect = pictureRect(useViewer.getState().camera, room, reference, size)
    return { picture, index: markUnder(outputOf(picture), at, rect, size, screenRatio()) }
  }
  const hover = (at: Point | undefined, element: HTMLElement): void => {
    const found = at && markAt(at)
    if (found) hoverMark(outputOf(found.picture), found.index)
    else for (const picture of pictures) hoverMark(outputOf(picture), undefined)
    element.toggleAttribute('data-on-mark', found?.index !== undefined)
  }
  const under = (event: PointerEvent<HTMLDivElement> | MouseEvent<HTMLDivElement>): Point =>
    pointOf(event, event.currentTarget, stage.current ?? { width: 1, height: 1 })

  const down = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button > 1) return
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { at: under(event), moved: 0 }
  }
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    const at = under(event)
    if (drag.current) {
      const dx = at.x - drag.current.at.x
      const dy = at.y - drag.current.at.y
      drag.current = { at, moved: drag.current.moved + Math.abs(dx) + Math.abs(dy) }
      if (drag.current.moved > tremble) pan(dx, dy)
    }
    if (!useViewer.getState().pinned) setViewer({ probe: placeUnder(at) })
    hover(drag.current && drag.current.moved > tremble ? undefined : at, event.currentTarget)
  }
  const up = (event: PointerEvent<HTMLDivElement>): void => {
    const clicked = drag.current && drag.current.moved <= tremble && event.type === 'pointerup'
    drag.current = null
    if (!clicked || event.button !== 0) return
    const mark = markAt(under(event))
    const was = mark && indexIn(useMarks.getState().selected, outputOf(mark.picture))
    if (mark?.index !== undefined) {
      selectMark(outputOf(mark.picture), mark.index === was ? undefined : mark.index)
      return
    }
    if (mark && was !== undefined) selectMark(outputOf(mark.picture), undefined)
    pin(placeUnder(under(event)), stage.current ? under(event).x / stage.current.width : 0)
  }
  /** A click on the pinned pixel, or beside the picture, unpins. `along`: the horizontal position, for a wipe. */
  const pin = (place: Point | null, along: number): void => {
    const { pinned, probe } = useViewer.getState()
    const picture = seenAt(pictures, along)
    const size = picture?.info?.size
    const pixel = place && size && pixelAt(place, size)
    const old = pinned && probe && size && isAsked(picture) ? pixelAt(probe, size) : undefined
    if (!picture || !pixel || (old?.x === pixel.x && old.y === pixel.y)) {
      setViewer({ pinned: false, probe: place })
      endExplaining()
      return
    }
    setViewer({ pinned: true, probe: place })
    const { asked } = useExplain.getState()
    const channels = imageOf(picture.info?.shape)?.channels ?? 1
    const c = picture.info?.display.channel ?? asked?.c ?? 0
    explainNumber({ node: picture.node, port: picture.port, ...pixel, c: c < channels ? c : 0 })
  }
  const leave = (event: PointerEvent<HTMLDivElement>): void => {
    hover(undefined, event.currentTarget)
    if (!useViewer.getState().pinned) setViewer({ probe: null })
  }

  const items: MenuItem[] = [
    ...pictures.flatMap((picture, i): MenuItem[] => {
      const title = titles[i] ?? picture.node
      const display = displays[i] ?? {}
      const of = pictures.length > 1
      const disabled = !picture.info?.size
      return [
        {
          label: of ? `Copy “${title}”` : 'Copy picture',
          icon: Copy,
          disabled,
          perform: () => void copyPicture(picture, display).catch(notifyError),
        },
        {
          label: of ? `Save “${title}”…` : 'Save picture…',
          icon: Download,
          disabled,
          perform: () => void savePicture(picture, display, title).catch(notifyError),
        },
      ]
    }),
    '-',
    { label: 'Fit', icon: Maximize, shortcut: 'F', perform: () => setViewer({ camera: fitCamera }) },
    { label: 'One to one', shortcut: 'Z', perform: () => oneToOne() },
  ]

  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { pinned, probe, camera } = useViewer.getState()
    const size = pictures[0]?.info?.size
    const marked = pictures.map(outputOf).find((output) => shownMarks.get(output))
    const step = arrowStep(event)
    if (step) {
      if (pinned && probe && size) {
        const place = { x: probe.x + step[0] / size.width, y: probe.y + step[1] / size.height }
        const pixel = pixelAt(place, size)
        const { asked } = useExplain.getState()
        if (pixel) setViewer({ probe: place })
        if (pixel && asked && pictures.some(isAsked)) explainNumber({ ...asked, ...pixel })
      } else pan(-step[0] * 40, -step[1] * 40)
    } else if (event.key === '+' || event.key === '=') zoom(1.25)
    else if (event.key === '-') zoom(0.8)
    else if (event.key === 'f' || event.key === 'F') setViewer({ camera: fitCamera })
    else if (event.key === 'z' || event.key === 'Z') oneToOne()
    else if (event.key === 'Enter') pin(probe ?? camera, 0)
    else if ((event.key === 'PageDown' || event.key === 'PageUp') && marked) {
      stepMark(marked, event.key === 'PageDown' ? 1 : -1)
    } else if (event.key === 'Escape' && marked && indexIn(useMarks.getState().selected, marked) !== undefined)
      selectMark(marked, undefined)
    else if (event.key === 'Escape' && pinned) {
      setViewer({ pinned: false, probe: null })
      endExplaining()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  const stageElement = (
    <div
      className={styles.stage}
      data-menu
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it pans, zooms and probes by keyboard
      tabIndex={0}
      role="application"
      aria-label={`${label}. Arrows pan, plus and minus zoom, F fits, Z shows one to one, Enter explains the pixel, arrows then move it, Escape ends, Page Down and Page Up select marks.`}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onPointerLeave={leave}
      onDoubleClick={(event) => {
        setViewer({ pinned: false })
        endExplaining()
        if (useViewer.getState().camera.zoom !== 'fit') setViewer({ camera: fitCamera })
        else oneToOne(under(event))
      }}
      onKeyDown={key}
    >
      <canvas ref={canvas} className={styles.canvas} />
      {children}
    </div>
  )
  return <ContextMenu items={items}>{stageElement}</ContextMenu>
}

const spareOf = ({ width, height }: Size): number => Math.round(spareShare * Math.max(width, height))

/** As they are filtered, hovered and selected now. */
function marksOver(picture: Picture) {
  const output = outputOf(picture)
  const shown = shownMarks.get(output)
  if (!shown) return undefined
  const { hovered, selected } = useMarks.getState()
  return {
    layer: shown.layer,
    shown: shown.passing,
    hovered: indexIn(hovered, output),
    selected: indexIn(selected, output),
  }
}

const isAsked = (picture: Picture): boolean => {
  const { asked } = useExplain.getState()
  return asked !== undefined && outputName(asked) === outputName(picture)
}

/** The one of two compared pictures that is visible there. */
function seenAt([a, b]: readonly Picture[], along: number): Picture | undefined {
  const { mode, wipe, blink } = useViewer.getState()
  if (!b) return a
  return (mode === 'wipe' && along > wipe) || (mode === 'blink' && blink === 1) ? b : a
}

/** The probe follows the explained number, wherever it was chosen, and is removed with it. */
function follow(pictures: readonly Picture[]): void {
  const { asked } = useExplain.getState()
  const { pinned } = useViewer.getState()
  if (!asked) {
    if (pinned) setViewer({ pinned: false, probe: null })
    return
  }
  const size = pictures.find(isAsked)?.info?.size
  if (size) setViewer({ pinned: true, probe: { x: (asked.x + 0.5) / size.width, y: (asked.y + 0.5) / size.height } })
}

/** The same outlines as over the previews. */
function outlineColours(element: HTMLElement): OutlineColours {
  const style = getComputedStyle(element)
  return {
    halo: style.getPropertyValue('--outline-halo'),
    source: style.getPropertyValue('--outline-source'),
  }
}

/** The pointer in device pixels of the stage. */
function pointOf(event: { clientX: number; clientY: number }, element: HTMLElement, stage: Size): Point {
  const box = element.getBoundingClientRect()
  return {
    x: ((event.clientX - box.left) / box.width) * stage.width,
    y: ((event.clientY - box.top) / box.height) * stage.height,
  }
}
