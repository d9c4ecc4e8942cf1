/** How scenes are drawn: field of view, dots, sizes, harmonics, axes and floor. */
import { SlidersHorizontal } from 'lucide-react'
import { useId } from 'react'
import { IconButton } from '../ui/IconButton.tsx'
import { NumberField } from '../ui/NumberField.tsx'
import { Popover } from '../ui/Popover.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { Select } from '../ui/Select.tsx'
import { Switch } from '../ui/Switch.tsx'
import { backgrounds, setLook, setStyle, useLook } from './look.ts'
import { fovs, type UpAxis } from './orbit.ts'
import styles from './ScenePane.module.css'

interface SceneLookProps {
  readonly fov: number
  readonly onFov: (degrees: number) => void
  /** Of the scene's harmonics. */
  readonly degree: number
  /** What the scene says of itself. */
  readonly claimed: boolean | undefined
  /** Which way is up, and how to change it: where the bar has no room for it and for the background. */
  readonly up?: { readonly value: UpAxis; readonly onChange: (next: UpAxis) => void } | undefined
}

export const upWords: readonly { readonly value: UpAxis; readonly label: string }[] = [
  { value: 'y', label: 'Y up' },
  { value: '-y', label: 'Y down' },
  { value: 'z', label: 'Z up' },
  { value: '-z', label: 'Z down' },
]

const degrees = ['0', '1', '2', '3'] as const
const kinds = [
  { value: 'splats', label: 'Splats' },
  { value: 'points', label: 'Points' },
] as const

export function SceneLook({ fov, onFov, degree, claimed, up }: SceneLookProps) {
  const id = useId()
  const { style, antialiased, background } = useLook()
  const shown = String(Math.min(style.degree, degree))
  return (
    <Popover label="Display" align="end" trigger={<IconButton icon={SlidersHorizontal} label="Display" />}>
      <div className={styles.form}>
        {up && (
          <>
            <label htmlFor={`${id}-up`}>Which way is up</label>
            <Select id={`${id}-up`} small wide value={up.value} options={upWords} onChange={up.onChange} />
            <label htmlFor={`${id}-background`}>Background</label>
            <Select
              id={`${id}-background`}
              small
              wide
              value={background}
              options={backgrounds}
              onChange={(next) => setLook({ background: next })}
            />
          </>
        )}
        <span>Draw</span>
        <Segmented
          small
          wide
          label="Splats or points"
          value={style.points ? 'points' : 'splats'}
          segments={kinds}
          onChange={(next) => setStyle({ points: next === 'points' })}
        />
        <label htmlFor={`${id}-fov`}>Field of view</label>
        <NumberField
          id={`${id}-fov`}
          value={Math.round(10 * fov) / 10}
          unit="°"
          range={{ min: fovs[0], max: fovs[1], step: 1, usual: 50 }}
          onChange={onFov}
        />
        <label htmlFor={`${id}-scale`}>Splat size</label>
        <NumberField
          id={`${id}-scale`}
          value={style.scale}
          unit="×"
          range={{ min: 0.05, max: 3, step: 0.05, usual: 1 }}
          onChange={(scale) => setStyle({ scale })}
        />
        <span>Harmonics degree</span>
        <Segmented
          small
          wide
          label="Degree of harmonics"
          value={shown}
          segments={degrees.map((value) => ({ value, label: value, disabled: Number(value) > degree }))}
          onChange={(next) => setStyle({ degree: Number(next) })}
        />
        <label htmlFor={`${id}-smooth`}>Antialiased</label>
        <Switch
          id={`${id}-smooth`}
          checked={antialiased ?? claimed ?? false}
          onChange={(next) => setLook({ antialiased: next })}
        />
        <label htmlFor={`${id}-axes`}>Axes</label>
        <Switch id={`${id}-axes`} checked={style.axes} onChange={(axes) => setStyle({ axes })} />
        <label htmlFor={`${id}-grid`}>Grid</label>
        <Switch id={`${id}-grid`} checked={style.grid} onChange={(grid) => setStyle({ grid })} />
        <label htmlFor={`${id}-budget`}>Fewer in motion</label>
        <Switch id={`${id}-budget`} checked={style.budget} onChange={(budget) => setStyle({ budget })} />
        <p className={styles.small}>While the camera moves, only as many splats are drawn as keep it smooth.</p>
      </div>
    </Popover>
  )
}
