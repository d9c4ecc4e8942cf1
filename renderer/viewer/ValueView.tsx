/** A value that is not a picture, at full size; where the window has no view for it, its description. */
import { useMemo } from 'react'
import { describeShape, type Shape } from '../../engine/values/index.ts'
import { viewOf } from '../values/views.ts'
import styles from './ValueView.module.css'

interface ValueViewProps {
  readonly value: unknown
  readonly shape: Shape
  /** `node.port` */
  readonly output: string
}

export function ValueView({ value, shape, output }: ValueViewProps) {
  const shown = useMemo(() => viewOf(value), [value])
  return (
    <div className={styles.view} data-kind={shown?.kind}>
      {shown ? (
        <shown.view.Full value={shown.value} output={output} />
      ) : (
        <p className={styles.other}>{describeShape(shape)}</p>
      )}
    </div>
  )
}
