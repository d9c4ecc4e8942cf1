/** What a scene says of itself, beside what is drawn of it. */
import { Info } from 'lucide-react'
import { IconButton } from '../ui/IconButton.tsx'
import { formatBytes } from '../ui/numbers.ts'
import { Popover } from '../ui/Popover.tsx'
import { useLook } from './look.ts'
import type { SceneNote } from './plain.ts'
import styles from './ScenePane.module.css'
import type { SceneSource } from './source.ts'
import type { Drawn, Loaded } from './view.ts'

interface SceneInfoProps {
  readonly source: SceneSource
  readonly loaded: Loaded | undefined
  readonly drawn: Drawn | undefined
  readonly notes: readonly SceneNote[]
}

const whole = (n: number): string => n.toLocaleString('en')
const yes = (on: boolean | undefined): string => (on === undefined ? 'not said' : on ? 'yes' : 'no')

export function SceneInfo({ source, loaded, drawn, notes }: SceneInfoProps) {
  const { style, antialiased } = useLook()
  const rows =
    loaded &&
    ([
      ['Splats', whole(loaded.splats), drawn ? whole(drawn.splats) : ''],
      ['Harmonics degree', String(loaded.degree), String(Math.min(loaded.degree, style.degree))],
      ['Antialiased', yes(loaded.antialiased), yes(antialiased ?? loaded.antialiased ?? false)],
      [
        'Colours',
        loaded.space === undefined ? 'not said' : loaded.space === 'rgb' ? 'sRGB' : 'linear light',
        loaded.space === 'linear' ? 'as if they were sRGB' : 'sRGB',
      ],
      [
        'Sizes',
        notes.includes('dots') ? 'none' : 'yes',
        style.points ? 'dots' : style.scale === 1 ? 'as they are' : `× ${style.scale}`,
      ],
    ] as const)
  return (
    <Popover
      label="Scene details"
      align="end"
      trigger={<IconButton icon={Info} label="Scene details" disabled={!loaded} />}
    >
      <table className={styles.info}>
        <thead>
          <tr>
            <th />
            <th scope="col">In the scene</th>
            <th scope="col">Drawn</th>
          </tr>
        </thead>
        <tbody>
          {rows?.map(([what, says, is]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>{says}</td>
              <td>{is}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className={styles.said}>
        {'size' in source && <li>The file has {formatBytes(source.size)}.</li>}
        {loaded?.clipped !== undefined && loaded.clipped > 0 && (
          <li>
            {whole(loaded.clipped)} splats have colours below black or above white. They are cut off here, and kept in
            the pipeline.
          </li>
        )}
        {drawn !== undefined && drawn.ms > 0 && (
          <li>A frame takes {Math.round(drawn.ms)} ms while the camera moves.</li>
        )}
      </ul>
    </Popover>
  )
}
