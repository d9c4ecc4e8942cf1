/** Saves what is seen as a picture, larger than the screen if wanted, with or without its background. */
import { Camera } from 'lucide-react'
import { type RefObject, useId, useState } from 'react'
import { SightlineError } from '../../engine/types/problem.ts'
import { notifyError } from '../state/notices.ts'
import { Button } from '../ui/Button.tsx'
import { download } from '../ui/download.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { NumberField } from '../ui/NumberField.tsx'
import { Popover } from '../ui/Popover.tsx'
import { Switch } from '../ui/Switch.tsx'
import { mostWidth, pictureSize } from './picture-size.ts'
import styles from './ScenePane.module.css'
import type { Stage } from './stage.ts'

interface SceneShotProps {
  readonly stage: Stage | undefined
  readonly name: string
  readonly place: RefObject<HTMLDivElement | null>
}

const usualWidth = 1920

export function SceneShot({ stage, name, place }: SceneShotProps) {
  const id = useId()
  const [width, setWidth] = useState(usualWidth)
  const [transparent, setTransparent] = useState(false)
  const [busy, setBusy] = useState(false)
  const longest = stage?.longest ?? usualWidth
  const most = mostWidth(place.current, longest)
  const size = pictureSize(place.current, width, longest)
  const save = async (): Promise<void> => {
    setBusy(true)
    try {
      const canvas = await stage?.picture(size)
      if (!canvas || !place.current) return
      const background = transparent ? undefined : getComputedStyle(place.current).backgroundColor
      await savePicture(canvas, background, `${name.replace(/\.[^.]*$/, '')}.png`)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Popover
      label="Save as a picture"
      align="end"
      trigger={<IconButton icon={Camera} label="Save as a picture" disabled={!stage} />}
    >
      <div className={styles.form}>
        <label htmlFor={`${id}-width`}>Width</label>
        <NumberField
          id={`${id}-width`}
          value={size.width}
          unit="px"
          range={{ min: 16, max: most, integer: true, usual: usualWidth }}
          onChange={setWidth}
        />
        <span>Height</span>
        <span className={styles.small}>{size.height} px</span>
        <label htmlFor={`${id}-clear`}>Transparent</label>
        <Switch id={`${id}-clear`} checked={transparent} onChange={setTransparent} />
        <span />
        <Button look="primary" disabled={busy} onClick={() => save().catch(notifyError)}>
          {busy ? 'Drawing …' : 'Save PNG'}
        </Button>
      </div>
    </Popover>
  )
}

/** On this background; absent: as it is. */
async function savePicture(canvas: HTMLCanvasElement, background: string | undefined, name: string): Promise<void> {
  const context = canvas.getContext('2d')
  if (context && background !== undefined) {
    context.globalCompositeOperation = 'destination-over'
    context.fillStyle = background
    context.fillRect(0, 0, canvas.width, canvas.height)
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve))
  if (!blob) throw new SightlineError('scene.no-picture')
  download(blob, name)
}
