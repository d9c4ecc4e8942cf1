/**
 * A matrix: a grid of cells tinted by sign and magnitude, its size, named presets, and the same as text. Text from NumPy,
 * MATLAB or a spreadsheet can be pasted into any cell.
 */
import { type ClipboardEvent, type CSSProperties, useState } from 'react'
import type { MatrixParam } from '../../../engine/types/param.ts'
import { Button } from '../../ui/Button.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { NumberField } from '../../ui/NumberField.tsx'
import { formatNumber } from '../../ui/numbers.ts'
import { type Matrix, matrixText, parseMatrix, presets, resized, sizeProblem, sumOf } from '../matrix.ts'
import type { FieldProps } from './field.ts'
import styles from './MatrixField.module.css'

export function MatrixField({ spec, value, edit, id, label, describedBy, onNote }: FieldProps<MatrixParam, Matrix>) {
  const [asText, setAsText] = useState(false)
  const columns = value[0]?.length ?? 0
  const sum = sumOf(value)

  const take = (text: string): void => {
    const matrix = parseMatrix(text)
    const problem = matrix
      ? sizeProblem(matrix, spec)
      : 'This is not a matrix: write rows of equal length, such as [[0, 1, 0], …].'
    onNote(problem && `${problem} Nothing was changed.`)
    if (matrix && !problem) edit.set(matrix)
  }
  const paste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text')
    if ((parseMatrix(text)?.flat().length ?? 0) < 2) return
    event.preventDefault()
    take(text)
  }
  const side = (name: string, length: number, change: (length: number) => Matrix) => (
    <NumberField
      small
      className={styles.side}
      label={`${label}, ${name}`}
      value={length}
      range={{ min: spec.minSize, max: spec.maxSize, integer: true, odd: spec.odd, usual: length }}
      wanted={`from ${spec.minSize} to ${spec.maxSize}`}
      onChange={(next) => edit.draft(change(next))}
      onRest={edit.rest}
      onNote={onNote}
    />
  )

  return (
    <div className={styles.matrix} onPaste={asText ? undefined : paste}>
      <div className={styles.tools}>
        {side('rows', value.length, (rows) => resized(value, rows, columns))}
        <span className={styles.times}>×</span>
        {side('columns', columns, (next) => resized(value, value.length, next))}
        <Menu
          useItems={() =>
            presets
              .filter(({ matrix }) => !sizeProblem(matrix, spec))
              .map((preset) => ({ label: preset.label, perform: () => edit.set(preset.matrix) }))
          }
        >
          <Button small>Presets</Button>
        </Menu>
        <Button small look="quiet" aria-pressed={asText} onClick={() => setAsText(!asText)}>
          {asText ? 'Cells' : 'Text'}
        </Button>
      </div>
      {asText ? (
        <textarea
          id={id}
          key={matrixText(value)}
          className={styles.text}
          rows={Math.min(8, value.length + 1)}
          spellCheck={false}
          defaultValue={matrixText(value)}
          aria-describedby={describedBy}
          onBlur={(event) => event.target.value !== matrixText(value) && take(event.target.value)}
        />
      ) : (
        <Cells value={value} edit={edit} id={id} label={label} onNote={onNote} />
      )}
      <div className={styles.foot}>
        <span>Sum {formatNumber(Math.abs(sum) < 1e-9 ? 0 : sum, 5)}</span>
        <Button
          small
          look="quiet"
          disabled={Math.abs(sum) < 1e-9 || Math.abs(sum - 1) < 1e-9}
          onClick={() => edit.set(value.map((row) => row.map((v) => v / sum)))}
        >
          Divide by sum
        </Button>
      </div>
    </div>
  )
}

type CellsProps = Pick<FieldProps<MatrixParam, Matrix>, 'value' | 'edit' | 'id' | 'label' | 'onNote'>

function Cells({ value, edit, id, label, onNote }: CellsProps) {
  const columns = value[0]?.length ?? 0
  const largest = Math.max(...value.flat().map(Math.abs)) || 1
  const cell = (number: number, y: number, x: number) => {
    const first = y === 0 && x === 0
    return (
      <span
        key={`${y} ${x}`}
        className={styles.cell}
        data-sign={Math.sign(number)}
        style={{ '--size': `${Math.round((Math.abs(number) / largest) * 34)}%` } as CSSProperties}
      >
        <NumberField
          small
          {...(first ? { id } : { label: `${label}, row ${y + 1}, column ${x + 1}` })}
          value={number}
          range={{ usual: 0 }}
          onChange={(next) => edit.draft(value.with(y, (value[y] ?? []).with(x, next)))}
          onRest={edit.rest}
          onNote={onNote}
        />
      </span>
    )
  }
  return (
    <div className={styles.scroll}>
      <div className={styles.grid} style={{ '--columns': columns } as CSSProperties}>
        {value.flatMap((row, y) => row.map((number, x) => cell(number, y, x)))}
      </div>
    </div>
  )
}
