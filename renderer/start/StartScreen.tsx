/**
 * The start screen: three entry points, recent files and the gallery, in a sheet beside the sample, which keeps running and can
 * be tried. New gallery entries are files: pipelines in assets/gallery.
 */
import { Box, FolderOpen, GraduationCap, Workflow, X } from 'lucide-react'
import { type DragEvent, useEffect, useRef, useState } from 'react'
import { fitWhole, whenLaidOut } from '../canvas/fit.ts'
import { canvas } from '../canvas/store.ts'
import { perform } from '../commands/command.ts'
import { newPipeline, openPipeline } from '../commands/file.ts'
import { useLesson } from '../lesson/store.ts'
import { openSampleCommand, openSceneCommand } from '../scene/commands.ts'
import { useEditor } from '../state/editor.ts'
import { setShowAtStart, showStart, useUi } from '../state/ui.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Switch } from '../ui/Switch.tsx'
import { Door } from './Door.tsx'
import { GalleryList, type Shown } from './GalleryList.tsx'
import { LessonList } from './LessonList.tsx'
import { openDroppedFiles } from './open-dropped.ts'
import { RecentList } from './RecentList.tsx'
import styles from './StartScreen.module.css'

export function StartScreen() {
  const open = useUi((s) => s.start)
  return open ? <Sheet /> : null
}

const close = (): void => showStart(false)

function Sheet() {
  const sheet = useRef<HTMLElement>(null)
  const [learns, setLearns] = useState(false)
  const [shown, setShown] = useState<Shown>('all')
  const [over, setOver] = useState(false)
  useClosing()
  useSampleBeside(sheet)
  useEffect(() => sheet.current?.focus(), [])

  const back = (): void => {
    setLearns(false)
    sheet.current?.focus()
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    openDroppedFiles(event.dataTransfer)
  }

  return (
    <section
      ref={sheet}
      className={styles.sheet}
      aria-label="Start"
      tabIndex={-1}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
      }}
      onDrop={drop}
    >
      <header className={styles.header}>
        <div>
          <h2>Sightline</h2>
          <p>See what computer vision does, one step at a time.</p>
        </div>
        <IconButton icon={X} label="Close the start screen" shortcut="Escape" onClick={close} />
      </header>

      {learns ? (
        <LessonList onBack={back} />
      ) : (
        <Doors shown={shown} onShown={setShown} onLearn={() => setLearns(true)} />
      )}

      <footer className={styles.footer}>
        <ShowAtStart />
      </footer>
    </section>
  )
}

interface DoorsProps {
  readonly shown: Shown
  readonly onShown: (shown: Shown) => void
  readonly onLearn: () => void
}

function Doors({ shown, onShown, onLearn }: DoorsProps) {
  return (
    <>
      <div className={styles.doors}>
        <Door
          icon={Workflow}
          title="Build"
          words="Wire nodes on an empty canvas. Every node shows its result at once."
          onOpen={() => {
            close()
            perform(newPipeline)
          }}
        />
        <Door
          icon={GraduationCap}
          title="Learn"
          words="Lessons that run: predict, look, and let the numbers answer."
          onOpen={onLearn}
        />
        <Door
          icon={Box}
          title="View 3D"
          words="Look around in a scene of Gaussian splats."
          onOpen={() => perform(openSceneCommand)}
        />
      </div>
      <div className={styles.more}>
        <Button onClick={() => perform(openPipeline)}>
          <FolderOpen size={15} aria-hidden /> Open a pipeline…
        </Button>
        <Button look="quiet" onClick={() => perform(openSampleCommand)}>
          <Box size={15} aria-hidden /> Open the sample 3D scene
        </Button>
        <Button look="quiet" onClick={close}>
          Continue with the sample
        </Button>
        <p>or drop pipelines, pictures or folders here</p>
      </div>

      <RecentList />
      <div className={styles.gallery}>
        <GalleryList shown={shown} onShown={onShown} />
      </div>
    </>
  )
}

function ShowAtStart() {
  const checked = useUi((s) => s.showAtStart)
  return (
    <>
      <Switch id="show-at-start" checked={checked} onChange={setShowAtStart} />
      <label htmlFor="show-at-start">Show this when Sightline starts</label>
    </>
  )
}

/** Escape closes it, as does opening anything. */
function useClosing(): void {
  const opened = useEditor((s) => s.opened)
  const first = useRef(opened)
  useEffect(() => {
    if (opened !== first.current) close()
  }, [opened])
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      const busy = document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null
      if (event.key === 'Escape' && !event.defaultPrevented && !busy) close()
    }
    window.addEventListener('keydown', key)
    return () => window.removeEventListener('keydown', key)
  }, [])
}

/** With less room than this beside the sheet, the sample gets no space of its own. */
const narrow = 320

/** Fits the pipeline into the space beside the sheet, and into the whole canvas when the sheet closes. */
function useSampleBeside(sheet: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const place = (): void => {
      const width = sheet.current?.getBoundingClientRect().width ?? 0
      canvas.covered = (canvas.element?.clientWidth ?? 0) - width < narrow ? 0 : width
      fitWhole()
    }
    const sizes = new ResizeObserver(() => whenLaidOut(place))
    if (sheet.current) sizes.observe(sheet.current)
    if (canvas.element) sizes.observe(canvas.element)
    return () => {
      sizes.disconnect()
      canvas.covered = 0
      // Wait for the panels to return. A lesson moves the view itself.
      whenLaidOut(() => {
        if (!useLesson.getState().on) fitWhole()
      })
    }
  }, [sheet])
}
