/** One row of the form: the parameter's name, its field, a reset button, and what is wrong. */
import { PanelTop, PanelTopOpen, RotateCcw } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import {
  type BoxesParam,
  describeParam,
  isParamValue,
  type ParamSpec,
  type ParamValue,
  type PointsParam,
  type StrokesParam,
} from '../../engine/types/param.ts'
import { shownOnGroup, showOnGroup } from '../state/actions.ts'
import { useEditor } from '../state/editor.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Switch } from '../ui/Switch.tsx'
import { Tooltip } from '../ui/Tooltip.tsx'
import { BoxesField } from './fields/BoxesField.tsx'
import { ChoiceField } from './fields/ChoiceField.tsx'
import { ColourField } from './fields/ColourField.tsx'
import { CurveField } from './fields/CurveField.tsx'
import type { Rgb } from './fields/colour.ts'
import { MatrixField } from './fields/MatrixField.tsx'
import { NumberParamField } from './fields/NumberParamField.tsx'
import { ParameterField } from './fields/ParameterField.tsx'
import { PathField } from './fields/PathField.tsx'
import { PointsField } from './fields/PointsField.tsx'
import { StrokesField } from './fields/StrokesField.tsx'
import { TextParamField } from './fields/TextParamField.tsx'
import { VectorField } from './fields/VectorField.tsx'
import type { Matrix } from './matrix.ts'
import styles from './ParamRow.module.css'
import { useParam } from './useParam.ts'
import { inWords } from './words.ts'

interface ParamRowProps {
  readonly ids: readonly string[]
  readonly name: string
  readonly spec: ParamSpec
  /** The value in the document, which may be invalid. `undefined`: several nodes with different values. */
  readonly value: unknown
}

interface Common {
  readonly edit: ReturnType<typeof useParam>
  readonly id: string
  readonly label: string
  readonly describedBy: string | undefined
  readonly onNote: (note: string | undefined) => void
}

/** `value` was checked against `spec`, which tells its type. */
function field(spec: ParamSpec, value: ParamValue, ids: readonly string[], common: Common): ReactNode {
  switch (spec.type) {
    case 'number':
    case 'integer':
      return <NumberParamField spec={spec} value={value as number} {...common} />
    case 'boolean':
      return (
        <Switch id={common.id} checked={value as boolean} onChange={common.edit.set} describedBy={common.describedBy} />
      )
    case 'choice':
      return <ChoiceField spec={spec} value={value as string} {...common} />
    case 'text':
      return spec.refersTo === 'parameter' && ids[0] !== undefined ? (
        <ParameterField spec={spec} value={value as string} node={ids[0]} {...common} />
      ) : (
        <TextParamField spec={spec} value={value as string} {...common} />
      )
    case 'matrix':
      return <MatrixField spec={spec} value={value as Matrix} {...common} />
    case 'vector':
      return <VectorField spec={spec} value={value as readonly number[]} {...common} />
    case 'points':
      return spec.curve ? (
        <CurveField spec={spec} value={value as PointsParam['default']} ids={ids} {...common} />
      ) : (
        <PointsField spec={spec} value={value as PointsParam['default']} {...common} />
      )
    case 'boxes':
      return <BoxesField spec={spec} value={value as BoxesParam['default']} {...common} />
    case 'strokes':
      return <StrokesField spec={spec} value={value as StrokesParam['default']} {...common} />
    case 'colour':
      return <ColourField spec={spec} value={value as Rgb} {...common} />
    case 'file':
    case 'folder':
      return <PathField spec={spec} value={value as string} {...common} />
  }
}

/** Fields that need the full width go below their label. */
const tall = new Set<ParamSpec['type']>(['matrix', 'vector', 'points', 'boxes', 'file', 'folder'])

/** Inside a subgraph of the pipeline: whether its node has the parameter too. Files are chosen where they are read. */
function ShowOnGroup({
  ids: [id, ...others],
  name,
  spec,
  label,
  on,
}: Pick<ParamRowProps, 'ids' | 'name' | 'spec'> & { label: string; on: boolean }) {
  if (id === undefined || others.length > 0 || spec.type === 'file' || spec.type === 'folder') return null
  return (
    <IconButton
      small
      className={styles.group}
      icon={on ? PanelTopOpen : PanelTop}
      pressed={on}
      label={`Show ${label.toLowerCase()} on the group`}
      onClick={() => showOnGroup(id, name, !on)}
    />
  )
}

export function ParamRow({ ids, name, spec, value }: ParamRowProps) {
  const id = useId()
  const edit = useParam(ids, name)
  const shown = useEditor((s) => shownOnGroup(s, `${ids[0] ?? ''}.${name}`))
  const [note, setNote] = useState<string | undefined>()
  const label = spec.label ?? inWords(name)
  const fits = isParamValue(spec, value)
  const problem =
    fits || value === undefined ? note : `This is ${JSON.stringify(value)}; wanted ${describeParam(spec)}.`
  const differs = JSON.stringify(value) !== JSON.stringify(spec.default)
  const describedBy = [spec.help && `${id}-help`, problem && `${id}-note`].filter(Boolean).join(' ') || undefined
  const name_ = (
    <label htmlFor={id} className={styles.label}>
      {label}
    </label>
  )

  return (
    <div
      className={styles.row}
      data-tall={tall.has(spec.type) || (spec.type === 'text' && spec.multiline) || undefined}
    >
      {spec.help ? (
        <Tooltip label={spec.help} side="left">
          {name_}
        </Tooltip>
      ) : (
        name_
      )}
      <div className={styles.field}>
        {field(spec, fits ? value : spec.default, ids, { edit, id, label, describedBy, onNote: setNote })}
      </div>
      <span className={styles.tools}>
        {shown !== null && <ShowOnGroup ids={ids} name={name} spec={spec} label={label} on={shown !== undefined} />}
        {/* What the group has is reset there. */}
        {differs && typeof shown !== 'string' && (
          <IconButton
            small
            icon={RotateCcw}
            label={`Reset ${label.toLowerCase()}`}
            onClick={() => {
              setNote(undefined)
              edit.reset()
            }}
          />
        )}
      </span>
      {value === undefined && <p className={styles.mixed}>Differs among the selected nodes.</p>}
      {spec.help && (
        <span id={`${id}-help`} hidden>
          {spec.help}
        </span>
      )}
      {problem && (
        <p id={`${id}-note`} className={styles.note} role="status">
          {problem}
        </p>
      )}
    </div>
  )
}
