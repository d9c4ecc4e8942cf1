/** One of several: buttons if there are few short options, otherwise a list. */
import type { ChoiceParam } from '../../../engine/types/param.ts'
import { Segmented } from '../../ui/Segmented.tsx'
import { Select } from '../../ui/Select.tsx'
import { inWords } from '../words.ts'
import type { FieldProps } from './field.ts'

/** The number of letters that fit beside a label in a narrow panel. */
const room = 22

export function ChoiceField({ spec, value, edit, id, label, describedBy }: FieldProps<ChoiceParam, string>) {
  const options = spec.of.map((choice) => ({ value: choice, label: spec.names?.[choice] ?? inWords(choice) }))
  const letters = options.reduce((sum, option) => sum + option.label.length + 3, 0)
  if (options.length <= 4 && letters <= room)
    return <Segmented wide label={label} value={value} segments={options} onChange={edit.set} />
  return <Select id={id} value={value} options={options} onChange={edit.set} describedBy={describedBy} wide />
}
