/** A text. */
import type { TextParam } from '../../../engine/types/param.ts'
import { TextField } from '../../ui/TextField.tsx'
import type { FieldProps } from './field.ts'

export const TextParamField = ({ spec, value, edit, id, describedBy }: FieldProps<TextParam, string>) => (
  <TextField id={id} value={value} multiline={spec.multiline} onCommit={edit.set} describedBy={describedBy} />
)
