/** Views of the scene: those kept here, and the cameras of the graph, which take what is seen or show what they see. */
import { Bookmark as BookmarkIcon, Eye, Plus, Trash2, Video } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { isBuiltIn, settle, useEditor } from '../state/editor.ts'
import { createGesture } from '../state/gesture.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Popover } from '../ui/Popover.tsx'
import { Switch } from '../ui/Switch.tsx'
import { addCamera, camerasOf, setCamera, viewOfCamera } from './graph-cameras.ts'
import { addView, dropView, keep, renameView, useKept } from './kept.ts'
import type { Orbit } from './orbit.ts'
import styles from './ScenePane.module.css'
import type { SceneSource } from './source.ts'
import type { Stage } from './stage.ts'

interface SceneBookmarksProps {
  readonly stage: Stage | undefined
  readonly source: SceneSource
}

export function SceneBookmarks({ stage, source }: SceneBookmarksProps) {
  const kept = useKept(source)
  const { views } = kept
  return (
    <Popover
      label="Kept views"
      align="end"
      trigger={<IconButton icon={BookmarkIcon} label="Kept views" disabled={!stage} />}
    >
      {views.length === 0 && <p className={styles.small}>Keep a view to come back to it.</p>}
      <ul className={styles.views} aria-label="Kept views">
        {views.map((view, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no name of their own that stays
          <li key={i}>
            <input
              className={styles.name}
              aria-label={`Name of ${view.name}`}
              value={view.name}
              onChange={(event) => keep(source, renameView(kept, i, event.target.value), 'Rename a view', true)}
              onBlur={settle}
            />
            <IconButton small icon={Eye} label={`Go to ${view.name}`} onClick={() => stage?.go(view.orbit)} />
            <IconButton
              small
              icon={Trash2}
              label={`Forget ${view.name}`}
              onClick={() => keep(source, dropView(kept, i), 'Forget a view')}
            />
          </li>
        ))}
      </ul>
      <Button small onClick={() => stage && keep(source, addView(kept, stage.orbit), 'Keep a view')}>
        <Plus size={13} aria-hidden /> Keep this view
      </Button>
    </Popover>
  )
}

interface GraphCamerasProps {
  readonly stage: Stage | undefined
  /** What is seen now. */
  readonly orbit: Orbit | undefined
}

export function GraphCameras({ stage, orbit }: GraphCamerasProps) {
  const cameras = useEditor(useShallow((s) => camerasOf(s).map(({ id, type, title }) => `${id}\n${type}\n${title}`)))
  const readOnly = useEditor(isBuiltIn)
  const [followed, setFollowed] = useState<string>()
  const gesture = useRef(createGesture())
  const list = cameras.map((words) => {
    const [id = '', type = '', ...title] = words.split('\n')
    return { id, type, title: title.join(' ') }
  })
  const follower = list.find(({ id }) => id === followed)
  const last = useRef<Orbit>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the view, not the list
  useEffect(() => {
    if (!follower || !orbit || orbit === last.current) return
    last.current = orbit
    gesture.current.move(() => setCamera(follower, orbit, true))
    const timer = setTimeout(gesture.current.end, 300)
    return () => clearTimeout(timer)
  }, [orbit, followed])
  // Switched off or closed: the gesture is over.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each camera that is followed has its own gesture
  useEffect(() => () => gesture.current.end(), [followed])
  const go = (camera: (typeof list)[number]): void => {
    if (stage) stage.go(viewOfCamera(camera, stage.orbit.up, stage.orbit.distance))
  }
  return (
    <Popover
      label="Cameras of the pipeline"
      align="end"
      trigger={
        <IconButton icon={Video} label="Cameras of the pipeline" disabled={!stage} pressed={follower !== undefined} />
      }
    >
      {list.length === 0 && (
        <p className={styles.small}>This pipeline has no camera that can be set: add one with what you see.</p>
      )}
      <ul className={styles.views} aria-label="Cameras of the pipeline">
        {list.map((camera) => (
          <li key={camera.id}>
            <span className={styles.name}>{camera.title}</span>
            <IconButton small icon={Eye} label={`See what ${camera.title} sees`} onClick={() => go(camera)} />
            <Button small disabled={readOnly} onClick={() => stage && setCamera(camera, stage.orbit)}>
              Set
            </Button>
            <Switch
              label={`${camera.title} follows the view`}
              checked={camera.id === followed}
              onChange={(on) => setFollowed(on ? camera.id : undefined)}
            />
          </li>
        ))}
      </ul>
      {list.length > 0 && (
        <p className={styles.small}>Set writes what you see to the camera; the switch keeps it so.</p>
      )}
      <Button small disabled={readOnly} onClick={() => stage && addCamera(stage.orbit)}>
        <Plus size={13} aria-hidden /> New camera with this view
      </Button>
    </Popover>
  )
}
