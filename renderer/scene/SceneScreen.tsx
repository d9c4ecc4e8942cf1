/** A 3D scene over the whole window, to look around in; the editor stays as it was behind it. */
import { ArrowLeft, Camera, CircleAlert, FlipVertical2, FolderOpen, Maximize } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type DragEvent, type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react'
import { wordsOf } from '../../engine/types/problem.ts'
import { takeFiles } from '../canvas/files.ts'
import { perform } from '../commands/command.ts'
import { filesOf, sorted } from '../start/dropped.ts'
import { useEditor } from '../state/editor.ts'
import { notifyError } from '../state/notices.ts'
import { Button } from '../ui/Button.tsx'
import { download } from '../ui/download.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { count, formatBytes } from '../ui/numbers.ts'
import { Select } from '../ui/Select.tsx'
import { openSceneCommand } from './commands.ts'
import { onKey } from './gestures.ts'
import type { Orbit, UpAxis } from './orbit.ts'
import type { SceneNote } from './plain.ts'
import styles from './SceneScreen.module.css'
import type { SceneSource } from './source.ts'
import { openStage, type Stage, type StageState } from './stage.ts'
import { closeScene, useScene } from './store.ts'

const upWords: readonly { readonly value: UpAxis; readonly label: string }[] = [
  { value: 'y', label: 'Y up' },
  { value: '-y', label: 'Y down' },
  { value: 'z', label: 'Z up' },
  { value: '-z', label: 'Z down' },
]
const backgrounds = [
  { value: 'window', label: 'As the window' },
  { value: 'black', label: 'Black' },
  { value: 'white', label: 'White' },
  { value: 'checked', label: 'Checked' },
] as const
const noteWords: Readonly<Record<SceneNote, string>> = {
  dots: 'This file has points without sizes. Each is drawn as a dot that nearly reaches the next one.',
  faces: 'Its faces are not drawn, only their corners.',
  harmonics: 'Its colours change with the direction in more detail than can be drawn (degree 3).',
}
type Background = (typeof backgrounds)[number]['value']

export function SceneScreen() {
  const source = useScene((s) => s.source)
  const opened = useEditor((s) => s.opened)
  const first = useRef(opened)
  useEffect(() => {
    // Another pipeline was opened meanwhile, so show that.
    if (opened !== first.current && source) closeScene()
    first.current = opened
  }, [opened, source])
  if (!source) return null
  return (
    <Dialog.Root open onOpenChange={(open) => !open && closeScene()}>
      <Dialog.Portal>
        <Scene source={source} />
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** A loss this soon after another will not be fixed by retrying. */
const tryAgainMs = 10_000

function Scene({ source }: { source: SceneSource }) {
  const place = useRef<HTMLDivElement>(null)
  const stage = useRef<Stage>(null)
  const orbit = useRef<{ readonly of: SceneSource; readonly orbit: Orbit }>(null)
  const [state, setState] = useState<StageState>({ at: 'loading', part: 0 })
  const [up, setUp] = useState<UpAxis>('y')
  const [background, setBackground] = useState<Background>('window')
  const [touched, setTouched] = useState(false)
  const [attempt, setAttempt] = useState(0)
  const lost = useRef(Number.NEGATIVE_INFINITY)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens the same source anew
  useEffect(() => {
    if (!place.current) return
    const opened = openStage({
      place: place.current,
      source,
      orbit: orbit.current?.of === source ? orbit.current.orbit : undefined,
      onState: setState,
      onOrbit(next) {
        orbit.current = { of: source, orbit: next }
        setUp(next.up)
      },
    })
    stage.current = opened
    return () => opened.dispose()
  }, [source, attempt])

  const again = useCallback(() => setAttempt((n) => n + 1), [])
  useEffect(() => {
    if (state.at !== 'failed' || state.problem.code !== 'scene.lost') return
    const soon = performance.now() - lost.current < tryAgainMs
    lost.current = performance.now()
    if (soon) return
    const timer = setTimeout(again, 1000)
    return () => clearTimeout(timer)
  }, [state, again])

  const shown = state.at === 'shown'
  const key = (event: KeyboardEvent): void => {
    const { current } = stage
    if (!current || !shown || event.ctrlKey || event.metaKey || event.altKey) return
    const name = event.key.toLowerCase()
    if (name === 'f') current.fit()
    else if (name === 'r') current.upright()
    // Arrows are those of a list that has the focus.
    else if (name.startsWith('arrow') && (event.target as HTMLElement).matches('[role="combobox"]')) return
    else if (!onKey(event, current)) return
    event.preventDefault()
    setTouched(true)
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    const given = filesOf(event.dataTransfer)
    const take = async (): Promise<void> => {
      if (!sorted(await given).scene) closeScene()
      await takeFiles(given, { x: 0, y: 0 })
    }
    take().catch(notifyError)
  }
  const picture = async (): Promise<void> => {
    const canvas = await stage.current?.picture()
    if (canvas && place.current) save(canvas, getComputedStyle(place.current).backgroundColor, source.name)
  }

  return (
    <Dialog.Content
      className={styles.screen}
      aria-describedby={undefined}
      onOpenAutoFocus={(event) => {
        event.preventDefault()
        place.current?.focus()
      }}
      onInteractOutside={(event) => event.preventDefault()}
      onKeyDown={key}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <header className={styles.bar}>
        <Button look="quiet" onClick={closeScene}>
          <ArrowLeft size={15} aria-hidden /> Editor
        </Button>
        <div className={styles.name} title={source.path ?? source.name}>
          <Dialog.Title className={styles.title}>{source.name}</Dialog.Title>
          <p className={styles.facts} data-testid="facts">
            {shown && `${count(state.splats, 'splat').replace(/^\d+/, (n) => Number(n).toLocaleString('en'))} · `}
            {formatBytes(source.size)}
          </p>
        </div>
        <div className={styles.tools}>
          <Select
            small
            quiet
            label="Which way is up"
            value={up}
            options={upWords}
            onChange={(next) => stage.current?.setUp(next)}
          />
          <Select small quiet label="Background" value={background} options={backgrounds} onChange={setBackground} />
          <IconButton
            icon={FlipVertical2}
            label="Turn upright"
            shortcut="R"
            disabled={!shown}
            onClick={() => stage.current?.upright()}
          />
          <IconButton icon={Maximize} label="Fit" shortcut="F" disabled={!shown} onClick={() => stage.current?.fit()} />
          <IconButton
            icon={Camera}
            label="Save as a picture"
            disabled={!shown}
            onClick={() => picture().catch(notifyError)}
          />
          <IconButton icon={FolderOpen} label="Open another scene" onClick={() => perform(openSceneCommand)} />
        </div>
      </header>
      <div
        ref={place}
        className={styles.place}
        role="application"
        aria-label={`The scene ${source.name}. Arrow keys turn it, with Shift they move it, plus and minus zoom.`}
        data-background={background}
        data-state={state.at}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move the camera
        tabIndex={0}
        onPointerMove={(event) => event.buttons !== 0 && setTouched(true)}
        onWheel={() => setTouched(true)}
      >
        {shown && state.notes.length > 0 && (
          <ul className={styles.notes} aria-label="How it is drawn">
            {state.notes.map((note) => (
              <li key={note}>{noteWords[note]}</li>
            ))}
          </ul>
        )}
        {shown && !touched && (
          <p className={styles.hint}>Drag to turn, right button to move, wheel to zoom. Or arrow keys, + and −.</p>
        )}
        {state.at === 'loading' && <Loading part={state.part} />}
        {state.at === 'failed' && (
          <div className={styles.message} role="alert">
            <CircleAlert size={20} strokeWidth={1.5} aria-hidden />
            <p>{wordsOf(state.problem)}</p>
            <div className={styles.actions}>
              <Button onClick={again}>Try again</Button>
              <Button onClick={() => perform(openSceneCommand)}>Open another scene…</Button>
            </div>
          </div>
        )}
      </div>
    </Dialog.Content>
  )
}

function Loading({ part }: { part: number | undefined }) {
  const words = part === undefined ? 'Preparing the splats' : 'Reading the file'
  return (
    <div className={styles.message} role="status">
      <p>{words} …</p>
      <progress className={styles.progress} aria-label={words} {...(part !== undefined && { value: part })} />
    </div>
  )
}

/** On its background; a checkerboard stands for none. */
function save(canvas: HTMLCanvasElement, background: string, name: string): void {
  const context = canvas.getContext('2d')
  if (context) {
    context.globalCompositeOperation = 'destination-over'
    context.fillStyle = background
    context.fillRect(0, 0, canvas.width, canvas.height)
  }
  canvas.toBlob((blob) => {
    if (blob) download(blob, `${name.replace(/\.[^.]*$/, '')}.png`)
  })
}
