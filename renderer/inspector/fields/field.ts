/** What every field of the form gets: what the parameter takes, its value, and how to change it. */
import type { ParamSpec, ParamValue } from '../../../engine/types/param.ts'
import type { ParamEdit } from '../useParam.ts'

export interface FieldProps<S extends ParamSpec, V extends ParamValue> {
  readonly spec: S
  readonly value: V
  readonly edit: ParamEdit
  /** Of the control that the row's label points to. */
  readonly id: string
  readonly label: string
  readonly describedBy: string | undefined
  /** What is wrong with what was typed, in words; undefined: nothing any more. */
  readonly onNote: (note: string | undefined) => void
}
