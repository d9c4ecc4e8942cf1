/** A sum with its numbers: a small grid of the inputs tinted by weight, and the terms written out. */
import type { CSSProperties } from 'react'
import type { Amount, ProvenanceTerm, ProvenanceTerms } from '../../engine/protocol/provenance.ts'
import styles from './Terms.module.css'
import { decimalsOf, fixed, weightWords } from './words.ts'

/** The largest grid, and the largest whose cells can hold numbers. */
const widest = 33
const widestWritten = 7
/** The number of terms written out. */
const mostWritten = 9

const size = ({ weight, value }: ProvenanceTerm): number => Math.abs(Number(weight) * Number(value)) || 0
const productOf = ({ weight, value }: ProvenanceTerm): Amount => {
  const product = Number(weight) * Number(value)
  return Number.isFinite(product) ? product : 'NaN'
}

interface Grid {
  readonly columns: number
  readonly rows: number
  readonly left: number
  readonly top: number
  readonly cells: ReadonlyMap<string, ProvenanceTerm>
}

/** The grid, if the terms are neighbours in one channel of one picture; undefined otherwise. */
function gridOf(terms: readonly ProvenanceTerm[]): Grid | undefined {
  const spots = terms.flatMap(({ from }) => (from ? [from] : []))
  const [first] = spots
  if (!first || spots.length < 3 || spots.some(({ c, input }) => c !== first.c || input !== first.input))
    return undefined
  const left = Math.min(...spots.map(({ x }) => x))
  const top = Math.min(...spots.map(({ y }) => y))
  const columns = Math.max(...spots.map(({ x }) => x)) - left + 1
  const rows = Math.max(...spots.map(({ y }) => y)) - top + 1
  if (columns > widest || rows > widest) return undefined
  const cells = new Map(terms.flatMap((term) => (term.from ? [[`${term.from.x} ${term.from.y}`, term] as const] : [])))
  return { columns, rows, left, top, cells }
}

export function Terms({ told, names }: { told: ProvenanceTerms; names: (input: number, c: number) => string }) {
  const { terms, combine, rest, result } = told
  if (terms.length === 0) return null
  const grid = gridOf(terms)
  return (
    <>
      {grid && <WeightGrid grid={grid} told={told} />}
      {combine === 'sum' && terms.length + (rest ? 1 : 0) > 0 && <Sum told={told} names={names} named={!grid} />}
      {combine === 'median' && <Ordered terms={terms} result={result} />}
      {combine === 'max' && <Ordered terms={terms} result={result} />}
      {combine === 'function' && !grid && <Sum told={told} names={names} named bare />}
    </>
  )
}

function WeightGrid({ grid, told }: { grid: Grid; told: ProvenanceTerms }) {
  const { columns, rows, left, top, cells } = grid
  const { combine, terms, result } = told
  const largest = Math.max(...terms.map(({ weight }) => Math.abs(Number(weight)))) || 1
  const written = columns <= widestWritten
  const weighted = combine === 'sum'
  const places = Array.from({ length: rows * columns }, (_, i) => ({
    x: left + (i % columns),
    y: top + Math.floor(i / columns),
  }))
  return (
    <div
      className={styles.grid}
      style={{ '--columns': columns } as CSSProperties}
      data-written={written}
      data-wide={columns > 13}
      role="img"
      aria-label={`${columns} × ${rows} numbers from x ${left}, y ${top} on`}
    >
      {places.map(({ x, y }) => {
        const term = cells.get(`${x} ${y}`)
        const weight = Number(term?.weight ?? 0)
        const says = term
          ? `x ${x}, y ${y}: ${weighted ? `${signed(term.weight)} × ` : ''}${fixed(term.value)}${term.times ? ` (there ${term.times} times, as the edge mirrors it)` : ''}`
          : `x ${x}, y ${y}: weight 0`
        return (
          <span
            key={`${x} ${y}`}
            className={styles.cell}
            data-sign={weighted ? Math.sign(weight) : 0}
            data-none={!term || undefined}
            data-chosen={(combine === 'median' && term?.value === result) || undefined}
            style={{ '--size': `${Math.round((Math.abs(weight) / largest) * 62)}%` } as CSSProperties}
            title={says}
          >
            {written && term && (
              <>
                <span>{fixed(term.value, columns > 5 ? 1 : columns > 3 ? 2 : 3)}</span>
                {weighted && columns <= 5 && <small>× {signed(term.weight, columns > 3 ? 2 : 3)}</small>}
              </>
            )}
          </span>
        )
      })}
    </div>
  )
}

/** As short as possible. */
const signed = (weight: Amount, digits = 4): string =>
  typeof weight === 'number' ? String(Number(weight.toPrecision(digits))).replaceAll('-', '−') : weight

interface SumProps {
  readonly told: ProvenanceTerms
  readonly names: (input: number, c: number) => string
  /** The terms have labels of their own. */
  readonly named: boolean
  /** The inputs of a function, which is not a sum of them. */
  readonly bare?: boolean
}

/** −1 × 0.3100 + 1 × 0.5200 … = 0.8400: the largest terms, and the total of the others. */
function Sum({ told, names, named, bare = false }: SumProps) {
  const { terms, rest, result } = told
  const few = terms.length <= mostWritten
  const shown = few ? terms : [...terms].sort((a, b) => size(b) - size(a)).slice(0, mostWritten - 1)
  const left = few ? [] : terms.filter((term) => !shown.includes(term))
  const others = left.length + (rest?.count ?? 0)
  const sum = left.reduce((total, term) => total + Number(productOf(term)), Number(rest?.sum ?? 0))
  const decimals = decimalsOf(shown.map(({ weight }) => weight))
  return (
    <dl className={styles.sum} data-bare={bare}>
      {shown.map((term, i) => {
        const { weight, value, from, says, times } = term
        // A term added as it is has no weight: its own sign is the sign.
        const constant = !from && weight === 1
        const sign = Math.sign(Number(constant ? value : weight))
        const name = from ? (named ? names(from.input, from.c) : '') : (says ?? 'in the file')
        return (
          <div key={from ? `${from.input} ${from.x} ${from.y} ${from.c}` : `${says} ${value}`} className={styles.term}>
            <dt>
              {!bare && <b data-sign={sign}>{sign < 0 ? '−' : i > 0 ? '+' : ''}</b>}
              {!bare && <span className={styles.weight}>{constant ? '' : `${weightWords(weight, decimals)} ×`}</span>}
              <span className={styles.name}>{name}</span>
              <span className={styles.number}>{fixed(constant && sign < 0 ? -Number(value) : value)}</span>
            </dt>
            {!bare && (
              <dd title={times ? `There ${times} times, as the edge mirrors it` : undefined}>
                {times && <sup>{times}×</sup>}
                {fixed(productOf(term))}
              </dd>
            )}
          </div>
        )
      })}
      {others > 0 && (
        <div className={styles.others}>
          <dt>and {others.toLocaleString('en').replaceAll(',', ' ')} more, together</dt>
          <dd>{fixed(Number.isFinite(sum) ? sum : 'NaN')}</dd>
        </div>
      )}
      {!bare && (
        <div className={styles.total}>
          <dt>=</dt>
          <dd>{fixed(result)}</dd>
        </div>
      )}
    </dl>
  )
}

/** In order, with the chosen one marked. */
function Ordered({ terms, result }: { terms: readonly ProvenanceTerm[]; result: Amount }) {
  const values = terms.map(({ value }) => Number(value)).sort((a, b) => a - b)
  const middle = values.length >> 1
  const from = Math.max(0, middle - 4)
  return (
    <p className={styles.ordered}>
      <span>in order</span>
      {from > 0 && <span>…</span>}
      {values.slice(from, middle + 5).map((value, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a number is its place in the order
        <span key={i} data-chosen={from + i === middle || undefined}>
          {fixed(value, 3)}
        </span>
      ))}
      {middle + 5 < values.length && <span>…</span>}
      <span className="visually-hidden">the middle one is {fixed(result)}</span>
    </p>
  )
}
