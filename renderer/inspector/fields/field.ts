/** What every field of the form gets: the parameter's spec, its value, and how to change it. */
import type { ParamSpec, ParamValue } from '../../../engine/types/param.ts'
import type { ParamEdit } from '../useParam.ts'

export interface FieldProps<S extends ParamSpec, V extends ParamValue> {
  readonly spec: S
  readonly value: V
  readonly edit: ParamEdit
  /** The id of the control that the row's label points to. */
  readonly id: string
  readonly label: string
  readonly describedBy: string | undefined
  /** What is wrong with the typed text, in words; undefined: nothing. */
  readonly onNote: (note: string | undefined) => void
}
