/** Strokes of a brush: how many there are. They are painted in the viewer. */
import { Undo2 } from 'lucide-react'
import type { StrokesParam, StrokeValue } from '../../../engine/types/param.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { count } from '../../ui/numbers.ts'
import type { FieldProps } from './field.ts'
import styles from './PointsField.module.css'

export function StrokesField({ value, edit, id, describedBy }: FieldProps<StrokesParam, readonly StrokeValue[]>) {
  return (
    <div className={styles.point}>
      <output id={id} aria-describedby={describedBy}>
        {value.length === 0 ? 'Paint on the picture in the viewer.' : count(value.length, 'stroke')}
      </output>
      {value.length > 0 && (
        <IconButton small icon={Undo2} label="Remove the last stroke" onClick={() => edit.set(value.slice(0, -1))} />
      )}
    </div>
  )
}
