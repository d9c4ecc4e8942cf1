/** The most important parameter, shown as a slider in the node. */
import { memo, useMemo } from 'react'
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import type { NodeRecord } from '../../engine/graph/document.ts'
import type { NumberParam } from '../../engine/types/param.ts'
import { useParam } from '../inspector/useParam.ts'
import { inWords } from '../inspector/words.ts'
import { isBuiltIn, useEditor } from '../state/editor.ts'
import { fittingValue } from '../state/info.ts'
import { formatNumber } from '../ui/numbers.ts'
import { Slider } from '../ui/Slider.tsx'
import { scaleOf } from '../ui/scale.ts'
import { isLong } from './long.ts'
import styles from './Node.module.css'

interface NodeSliderProps {
  readonly id: string
  readonly record: NodeRecord
  readonly info: NodeInfo
  readonly name: string
}

export const NodeSlider = memo(function NodeSlider({ id, record, info, name }: NodeSliderProps) {
  const ids = useMemo(() => [id], [id])
  const edit = useParam(ids, name)
  const builtIn = useEditor(isBuiltIn)
  const spec = info.params[name] as NumberParam
  const scale = useMemo(
    () =>
      scaleOf({
        min: spec.min,
        max: spec.max,
        soft: spec.soft,
        step: spec.step,
        odd: spec.odd,
        integer: spec.type === 'integer',
        usual: spec.default,
      }),
    [spec],
  )
  const value = fittingValue(record, name, spec) as number
  const label = spec.label ?? inWords(name)
  const words = `${formatNumber(value, 4)}${spec.unit ? ` ${spec.unit}` : ''}`
  return (
    <div className={`${styles.slider} nodrag nopan nokey`} data-param={`${id}.${name}`} inert={builtIn}>
      <span className={styles.sliderName} data-long={isLong(label, 11)}>
        {label}
      </span>
      <Slider value={value} scale={scale} label={label} valueText={words} onChange={edit.draft} onRest={edit.rest} />
      <output className={styles.sliderValue}>{words}</output>
    </div>
  )
})
