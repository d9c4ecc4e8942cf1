/** A number: a slider if both ends (or soft ends) are known, and always a field. */
import { describeParam, type NumberParam } from '../../../engine/types/param.ts'
import { NumberField } from '../../ui/NumberField.tsx'
import { formatNumber } from '../../ui/numbers.ts'
import { Slider } from '../../ui/Slider.tsx'
import { type Range, scaleOf } from '../../ui/scale.ts'
import type { FieldProps } from './field.ts'

export function NumberParamField(props: FieldProps<NumberParam, number>) {
  const { spec, value, edit, id, label, describedBy, onNote } = props
  const range: Range = {
    min: spec.min,
    max: spec.max,
    soft: spec.soft,
    step: spec.step,
    odd: spec.odd,
    integer: spec.type === 'integer',
    usual: spec.default,
  }
  const hasSlider = spec.soft !== undefined || (spec.min !== undefined && spec.max !== undefined)
  const change = (next: number): void => {
    onNote(undefined)
    edit.draft(next)
  }
  return (
    <>
      {hasSlider && (
        <Slider
          value={value}
          scale={scaleOf(range)}
          label={label}
          describedBy={describedBy}
          valueText={`${formatNumber(value)}${spec.unit ? ` ${spec.unit}` : ''}`}
          mark={spec.default}
          onChange={change}
          onRest={edit.rest}
        />
      )}
      <NumberField
        id={id}
        value={value}
        range={range}
        unit={spec.unit}
        wanted={describeParam(spec)}
        describedBy={describedBy}
        onChange={edit.draft}
        onRest={edit.rest}
        onNote={onNote}
      />
    </>
  )
}
