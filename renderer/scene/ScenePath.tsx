/** The path of a camera on a timeline: its keyframes, which are those of a node, played in the scene and saved as a film. */
import { Film, Pause, Play, Plus, Trash2, X } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { durationOf, type Keyframe, pathOf } from '../../engine/values/camera-path.ts'
import { isBuiltIn, useEditor } from '../state/editor.ts'
import { createGesture } from '../state/gesture.ts'
import { notifyError } from '../state/notices.ts'
import { Button } from '../ui/Button.tsx'
import { download } from '../ui/download.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { NumberField } from '../ui/NumberField.tsx'
import { Popover } from '../ui/Popover.tsx'
import { type FilmFormat, filmOf, picturesOf } from './film.ts'
import { keyOfView, keysOf, nextTime, orbitOfKey, pathIn, setKeys, withKey } from './graph-path.ts'
import { mostWidth, pictureSize } from './picture-size.ts'
import panes from './ScenePane.module.css'
import styles from './ScenePath.module.css'
import type { Stage } from './stage.ts'
import { zipped } from './zip.ts'

interface ScenePathProps {
  readonly stage: Stage
  readonly name: string
  readonly place: RefObject<HTMLDivElement | null>
  readonly onClose: () => void
}

/** Keyframes this near are the one under the playhead, in seconds. */
const near = 1e-3
const stepSeconds = 0.1

export function ScenePath({ stage, name, place, onClose }: ScenePathProps) {
  const path = useEditor(useShallow(pathIn))
  const readOnly = useEditor(isBuiltIn)
  const keys = useMemo(() => keysOf(path), [path])
  const [time, setTime] = useState(0)
  const [playing, setPlaying] = useState(false)
  const at = useMemo(() => pathOf(keys, path?.smooth ?? true), [keys, path?.smooth])
  const [start, end] = [keys[0]?.time ?? 0, keys.at(-1)?.time ?? 0]
  const here = keys.findIndex((key) => Math.abs(key.time - time) < near)
  const go = (next: number): void => {
    const clamped = Math.min(end, Math.max(start, next))
    setTime(clamped)
    if (keys.length > 0) stage.go(orbitOfKey(at(clamped), stage.orbit.up), false)
  }
  const gesture = useRef(createGesture())
  const newest = useRef({ go, time })
  newest.current = { go, time }
  useEffect(() => {
    if (!playing) return
    let last = performance.now()
    let frame = requestAnimationFrame(function step(now) {
      const next = newest.current.time + (now - last) / 1000
      last = now
      newest.current.go(next)
      if (next < end) frame = requestAnimationFrame(step)
      else setPlaying(false)
    })
    return () => cancelAnimationFrame(frame)
  }, [playing, end])

  const set = (next: readonly Keyframe[]): void => setKeys(path, next, stage.orbit.up)
  const add = (): void => {
    // Over a keyframe the view replaces it; elsewhere the path goes on, or gets one in between.
    const next = here >= 0 && keys.length > 1 && here < keys.length - 1 ? time : here >= 0 ? nextTime(keys) : time
    const when = keys.length === 0 ? 0 : next
    set(withKey(keys, keyOfView(stage.orbit, when)))
    setTime(when)
  }
  return (
    <section className={styles.path} aria-label="Path of the camera">
      <IconButton
        small
        icon={playing ? Pause : Play}
        label={playing ? 'Stop' : 'Play the path'}
        disabled={keys.length < 2}
        onClick={() => {
          if (!playing && time >= end) go(start)
          setPlaying(!playing)
        }}
      />
      <Track keys={keys} time={time} onTime={go} />
      <span className={styles.time} data-testid="path-time">
        {time.toFixed(1)} / {end.toFixed(1)} s
      </span>
      <Button small disabled={readOnly} onClick={add}>
        <Plus size={13} aria-hidden /> Keyframe
      </Button>
      {here >= 0 && (
        <>
          {here > 0 && !readOnly && (
            <NumberField
              small
              label="Time of the keyframe"
              unit="s"
              value={keys[here]?.time ?? 0}
              range={{
                min: (keys[here - 1]?.time ?? 0) + 0.01,
                max: (keys[here + 1]?.time ?? 3600) - 0.01,
                step: 0.1,
                usual: 2,
              }}
              onChange={(when) => {
                const next = keys.map((key, i) => (i === here ? { ...key, time: when } : key))
                gesture.current.move(() => setKeys(path, next, stage.orbit.up, true))
                setTime(when)
              }}
              onRest={gesture.current.end}
            />
          )}
          <IconButton
            small
            icon={Trash2}
            label="Remove keyframe"
            disabled={readOnly || keys.length < 2}
            onClick={() => set(keys.filter((_, i) => i !== here))}
          />
        </>
      )}
      {keys.length > 1 && <Export stage={stage} name={name} place={place} keys={keys} at={at} fps={path?.fps ?? 24} />}
      <IconButton small icon={X} label="Close the path" onClick={onClose} />
    </section>
  )
}

interface TrackProps {
  readonly keys: readonly Keyframe[]
  readonly time: number
  readonly onTime: (time: number) => void
}

function Track({ keys, time, onTime }: TrackProps) {
  const start = keys[0]?.time ?? 0
  const length = durationOf(keys) || 1
  const part = (when: number): string => `${(100 * (when - start)) / length}%`
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect()
    onTime(start + (length * (event.clientX - box.left)) / box.width)
  }
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -stepSeconds, ArrowRight: stepSeconds, Home: -length, End: length }[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onTime(time + step)
  }
  return (
    <div
      className={styles.track}
      role="slider"
      tabIndex={0}
      aria-label="Time on the path"
      aria-valuemin={start}
      aria-valuemax={start + length}
      aria-valuenow={time}
      aria-valuetext={`${time.toFixed(1)} s`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        drag(event)
      }}
      onPointerMove={(event) => event.buttons === 1 && drag(event)}
      onKeyDown={key}
    >
      <div className={styles.rail} />
      {keys.map((frame) => (
        <button
          key={frame.time}
          type="button"
          className={styles.key}
          style={{ left: part(frame.time) }}
          aria-label={`Keyframe at ${frame.time} s`}
          onPointerDown={(event) => event.stopPropagation()}
          onClick={() => onTime(frame.time)}
        />
      ))}
      {keys.length > 0 && <div className={styles.head} style={{ left: part(time) }} />}
    </div>
  )
}

interface ExportProps {
  readonly stage: Stage
  readonly name: string
  readonly place: RefObject<HTMLDivElement | null>
  readonly keys: readonly Keyframe[]
  readonly at: (time: number) => Keyframe
  readonly fps: number
}

function Export({ stage, name, place, keys, at, fps }: ExportProps) {
  const [width, setWidth] = useState(1280)
  const [part, setPart] = useState<number>()
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])
  const frames = Math.floor(durationOf(keys) * fps + 1e-6) + 1
  const size = pictureSize(place.current, width, stage.longest, true)
  async function save(as: FilmFormat | 'pictures'): Promise<void> {
    const abort = new AbortController()
    stop.current = abort
    setPart(0)
    const before = stage.orbit
    const options = {
      ...{ frames, fps, onPart: setPart, signal: abort.signal },
      background: place.current ? getComputedStyle(place.current).backgroundColor : '#000000',
      draw: async (frame: number) => {
        stage.go(orbitOfKey(at((keys[0]?.time ?? 0) + frame / fps), before.up), false)
        const canvas = await stage.picture(size)
        if (!canvas) throw new DOMException('the scene was closed', 'AbortError')
        return canvas
      },
    }
    try {
      if (as !== 'pictures') download(new Blob([await filmOf(options, as)], { type: `video/${as}` }), `${name}.${as}`)
      else download(new Blob([zipped(await picturesOf(options))], { type: 'application/zip' }), `${name}.zip`)
    } catch (error) {
      if ((error as Error)?.name !== 'AbortError') throw error
    } finally {
      setPart(undefined)
      stage.go(before, false)
    }
  }
  return (
    <Popover label="Save the path" align="end" trigger={<IconButton small icon={Film} label="Save the path" />}>
      <div className={panes.form}>
        <span>Width</span>
        <NumberField
          label="Width of the film"
          unit="px"
          value={size.width}
          range={{ min: 16, max: Math.min(3840, mostWidth(place.current, stage.longest)), integer: true, usual: 1280 }}
          onChange={setWidth}
        />
        <span>Frames</span>
        <span className={panes.small}>
          {frames}, {fps} a second
        </span>
        <span>Size</span>
        <span className={panes.small}>
          {size.width} × {size.height} px
        </span>
      </div>
      {part === undefined ? (
        <div className={styles.buttons}>
          <Button look="primary" onClick={() => save('mp4').catch(notifyError)}>
            MP4
          </Button>
          <Button onClick={() => save('webm').catch(notifyError)}>WebM</Button>
          <Button onClick={() => save('pictures').catch(notifyError)}>PNG, in a zip</Button>
        </div>
      ) : (
        <div className={styles.buttons}>
          <progress className={styles.progress} aria-label="Drawing the frames" value={part} />
          <Button onClick={() => stop.current?.abort()}>Cancel</Button>
        </div>
      )}
    </Popover>
  )
}
