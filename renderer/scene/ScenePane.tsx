/** A scene to look around in, with its tools: over the whole window, or in the viewer. */
import { CircleAlert, FlipVertical2, Maximize, Plane, Rotate3d, Route } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { wordsOf } from '../../engine/types/problem.ts'
import { Button } from '../ui/Button.tsx'
import { classes } from '../ui/classes.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { count, formatBytes } from '../ui/numbers.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { Select } from '../ui/Select.tsx'
import { onKey } from './gestures.ts'
import { keyOf, leave, leftAt } from './left.ts'
import { backgrounds, setLook, useLook } from './look.ts'
import type { Orbit, UpAxis } from './orbit.ts'
import type { SceneNote } from './plain.ts'
import { GraphCameras, SceneBookmarks } from './SceneCameras.tsx'
import { SceneHelp } from './SceneHelp.tsx'
import { SceneInfo } from './SceneInfo.tsx'
import { SceneLook, upWords } from './SceneLook.tsx'
import styles from './ScenePane.module.css'
import { ScenePath } from './ScenePath.tsx'
import { SceneShare } from './SceneShare.tsx'
import { SceneShot } from './SceneShot.tsx'
import { SceneTools } from './SceneTools.tsx'
import type { SceneSource } from './source.ts'
import { openStage, type Stage, type StageState } from './stage.ts'
import type { Drawn } from './view.ts'

const drags = [
  { value: 'orbit', label: 'Turn the scene', icon: Rotate3d, shortcut: 'V' },
  { value: 'fly', label: 'Turn the head, as in flight', icon: Plane, shortcut: 'V' },
] as const
const noteWords: Readonly<Record<SceneNote, string>> = {
  dots: 'This file has points without sizes. Each is drawn as a dot that nearly reaches the next one.',
  faces: 'Its faces are not drawn, only their corners.',
  harmonics: 'Its colours change with the direction in more detail than can be drawn (degree 3).',
}

interface ScenePaneProps {
  readonly source: SceneSource
  /** Absent: the source's name. */
  readonly title?: string
  /** Of an output: another name is another scene. */
  readonly name?: string | undefined
  /** Before and after the tools. */
  readonly heading?: ReactNode
  readonly after?: ReactNode
  /** Beside "Try again" where it cannot be shown. */
  readonly other?: ReactNode
  readonly className?: string | undefined
}

/** Below these widths of the pane, in pixels, its choices are with the display's, and its facts over the scene. */
const [roomForChoices, roomForFacts] = [700, 640] as const
/** What is before the tools takes as much. */
const headingWidth = 140

/** A loss this soon after another will not be fixed by retrying. */
const tryAgainMs = 10_000

export function ScenePane({ source, title = source.name, name, heading, after, other, className }: ScenePaneProps) {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(Number.POSITIVE_INFINITY)
  useEffect(() => {
    const element = place.current
    if (!element) return
    const sizes = new ResizeObserver(() => setWidth(element.clientWidth))
    sizes.observe(element)
    return () => sizes.disconnect()
  }, [])
  const [stage, setStage] = useState<Stage>()
  const orbit = useRef<{ readonly of: SceneSource; readonly orbit: Orbit }>(null)
  const [state, setState] = useState<StageState>({ at: 'loading', part: 0 })
  const [up, setUp] = useState<UpAxis>('y')
  const [view, setView] = useState<Orbit>()
  const [drawn, setDrawn] = useState<Drawn>()
  const [onPath, setOnPath] = useState(false)
  const [touched, setTouched] = useState(false)
  const [attempt, setAttempt] = useState(0)
  const lost = useRef(Number.NEGATIVE_INFINITY)
  const { style, background, flying, antialiased } = useLook()
  const isOutput = 'output' in source
  const shown = state.at === 'shown' ? state : undefined
  const claimed = shown?.loaded.antialiased

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens the same source anew
  useEffect(() => {
    if (!place.current) return
    let frame = 0
    let newest: Drawn | undefined
    const before = orbit.current?.of === source ? orbit.current.orbit : isOutput ? leftAt(keyOf(source)) : undefined
    const opened = openStage({
      place: place.current,
      source,
      name,
      orbit: before,
      style: { ...useLook.getState().style, antialiased: useLook.getState().antialiased ?? false },
      onState: setState,
      onOrbit(next) {
        orbit.current = { of: source, orbit: next }
        leave(keyOf(source), next)
        setUp(next.up)
        setView(next)
      },
      onDrawn(next) {
        // Each frame would render the tools anew; the first says how much of it is there.
        if (!newest) setDrawn(next)
        else
          frame ||= window.setTimeout(() => {
            frame = 0
            setDrawn(newest)
          }, 100)
        newest = next
      },
    })
    setStage(opened)
    return () => {
      clearTimeout(frame)
      opened.dispose()
    }
  }, [source, attempt])
  useEffect(() => {
    stage?.setStyle({ ...style, antialiased: antialiased ?? claimed ?? false })
  }, [stage, style, antialiased, claimed])
  useEffect(() => stage?.setFlying(flying), [stage, flying])
  useEffect(() => {
    if (isOutput) stage?.renew(name)
  }, [stage, name, isOutput])

  const again = useCallback(() => setAttempt((n) => n + 1), [])
  useEffect(() => {
    if (state.at !== 'failed' || state.problem.code !== 'scene.lost') return
    const soon = performance.now() - lost.current < tryAgainMs
    lost.current = performance.now()
    if (soon) return
    const timer = setTimeout(again, 1000)
    return () => clearTimeout(timer)
  }, [state, again])

  const key = (event: KeyboardEvent): void => {
    if (!stage || !shown) return
    const code = event.key.toLowerCase()
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey
    const flies = stage.keyDown(event.nativeEvent)
    if (!flies && !isPlain) return
    if (flies) setTouched(true)
    else if (code === 'f') stage.fit()
    else if (code === 'r') stage.upright()
    else if (code === 'v') setLook({ flying: !flying })
    else if (!onKey(event, stage)) return
    event.preventDefault()
    event.stopPropagation()
    setTouched(true)
  }

  const room = width - (heading ? headingWidth : 0)
  const hasChoices = room >= roomForChoices
  const overScene = room < roomForFacts
  const facts = (
    <p className={classes(styles.facts, overScene && styles.over)} data-testid="facts">
      {shown && factsOf(shown.loaded.splats, drawn?.splats)}
      {!isOutput && `${shown ? ' · ' : ''}${formatBytes(source.size)}`}
    </p>
  )

  return (
    <div className={classes(styles.pane, className)}>
      <header className={styles.bar}>
        {heading}
        {!overScene && facts}
        <div className={styles.tools}>
          <Segmented
            small
            label="What a drag turns"
            value={flying ? 'fly' : 'orbit'}
            segments={drags}
            onChange={(next) => setLook({ flying: next === 'fly' })}
          />
          {hasChoices && (
            <>
              <Select
                small
                quiet
                label="Which way is up"
                value={up}
                options={upWords}
                onChange={(next) => stage?.setUp(next)}
              />
              <Select
                small
                quiet
                label="Background"
                value={background}
                options={backgrounds}
                onChange={(next) => setLook({ background: next })}
              />
            </>
          )}
          <IconButton
            icon={FlipVertical2}
            label="Turn upright"
            shortcut="R"
            disabled={!shown}
            onClick={() => stage?.upright()}
          />
          <IconButton icon={Maximize} label="Fit" shortcut="F" disabled={!shown} onClick={() => stage?.fit()} />
          <SceneLook
            fov={view?.fov ?? 50}
            degree={shown?.loaded.degree ?? 3}
            claimed={claimed}
            onFov={(next) => stage?.setFov(next)}
            up={hasChoices ? undefined : { value: up, onChange: (next) => stage?.setUp(next) }}
          />
          <SceneInfo source={source} loaded={shown?.loaded} drawn={drawn} notes={shown?.notes ?? []} />
          <SceneBookmarks stage={shown && stage} source={source} />
          {isOutput && <GraphCameras stage={shown && stage} orbit={view} />}
          {isOutput && (
            <IconButton
              icon={Route}
              label="Path of the camera"
              pressed={onPath}
              disabled={!shown}
              onClick={() => setOnPath(!onPath)}
            />
          )}
          <SceneShot stage={shown && stage} name={title} place={place} />
          <SceneShare stage={shown && stage} source={source} title={title} />
          <SceneHelp />
          {after}
        </div>
      </header>
      <div
        ref={place}
        className={styles.place}
        role="application"
        aria-label={`The scene ${title}. Arrow keys turn it, with Shift they move it, plus and minus zoom, W, A, S and D fly.`}
        data-background={background}
        data-state={state.at}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move the camera
        tabIndex={0}
        onPointerMove={(event) => event.buttons !== 0 && setTouched(true)}
        onWheel={() => setTouched(true)}
        onDoubleClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect()
          const by = event.currentTarget.clientWidth / box.width
          stage?.focusAt((event.clientX - box.left) * by, (event.clientY - box.top) * by)
        }}
        onKeyDown={(event) => event.target === event.currentTarget && key(event)}
        onKeyUp={(event) => stage?.keyUp(event.nativeEvent)}
        onBlur={() => stage?.letGo()}
      >
        {overScene && shown && facts}
        {shown && shown.notes.length > 0 && (
          <ul className={styles.notes} aria-label="How it is drawn">
            {shown.notes.map((note) => (
              <li key={note}>{noteWords[note]}</li>
            ))}
          </ul>
        )}
        {shown && !touched && (
          <p className={styles.hint}>Drag to turn, right button to move, wheel to zoom. W, A, S and D fly.</p>
        )}
        {shown && stage && (
          <SceneTools
            stage={stage}
            source={source}
            orbit={view}
            splats={shown.loaded.splats}
            onUse={() => setTouched(true)}
          />
        )}
        {shown?.renewing !== undefined && shown.renewing < 1 && (
          <progress className={styles.renewing} aria-label="Reading the new scene" value={shown.renewing} />
        )}
        {state.at === 'loading' && <Loading part={state.part} file={!isOutput} />}
        {state.at === 'empty' && (
          <div className={styles.message} role="status">
            <p>No splats.</p>
          </div>
        )}
        {state.at === 'failed' && (
          <div className={styles.message} role="alert">
            <CircleAlert size={20} strokeWidth={1.5} aria-hidden />
            <p>{wordsOf(state.problem)}</p>
            <div className={styles.actions}>
              <Button onClick={again}>Try again</Button>
              {other}
            </div>
          </div>
        )}
      </div>
      {onPath && shown && stage && (
        <ScenePath stage={stage} name={title} place={place} onClose={() => setOnPath(false)} />
      )}
    </div>
  )
}

const million = 1e6
const short = (n: number): string => (n >= million ? `${(n / million).toFixed(1)} M` : n.toLocaleString('en'))

/** Of all splats, those that are drawn while the camera moves. */
function factsOf(splats: number, drawn: number | undefined): string {
  if (drawn !== undefined && drawn < splats) return `drawing ${short(drawn)} of ${short(splats)}`
  return count(splats, 'splat').replace(/^\d+/, (n) => Number(n).toLocaleString('en'))
}

function Loading({ part, file }: { part: number | undefined; file: boolean }) {
  const words = part === undefined ? 'Preparing the splats' : file ? 'Reading the file' : 'Reading the scene'
  return (
    <div className={styles.message} role="status">
      <p>{words} …</p>
      <progress className={styles.progress} aria-label={words} {...(part !== undefined && { value: part })} />
    </div>
  )
}
