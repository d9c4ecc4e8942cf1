/** How a number was computed, in the form of the protocol. */
import type { Derivation, PlacedTerm, PlacedTerms } from '../explain/derivations.ts'
import type { Amount, ProvenanceDerivation, ProvenanceTerm, ProvenanceTerms } from '../protocol/provenance.ts'

/** Maximum terms listed for one op. */
const mostTerms = 441

export const amountOf = (value: number): Amount =>
  Number.isFinite(value) ? value : Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'

export function toldDerivation({
  op,
  sources,
  at,
  places,
  count,
  parts,
  facts,
  ...terms
}: Derivation): ProvenanceDerivation {
  const toldParts = Object.entries(parts ?? {}).map(([name, part]) => [name, toldTerms(part)] as const)
  return {
    ...toldTerms(terms),
    op,
    sources: [...sources],
    ...(at && { at: { ...at } }),
    places,
    count,
    ...(parts && { parts: Object.fromEntries(toldParts) }),
    ...(facts && { facts: facts.map(({ name, value }) => ({ name, value: amountOf(value) })) }),
  }
}

/** If there are too many terms, the smallest are combined. */
function toldTerms({ combine, says, terms, result }: PlacedTerms): ProvenanceTerms {
  const size = ({ weight, value }: PlacedTerm): number => Math.abs(weight * value)
  const least = terms.length > mostTerms ? ([...terms].map(size).sort((a, b) => b - a)[mostTerms - 1] ?? 0) : 0
  const kept: PlacedTerm[] = []
  let [count, sum] = [0, 0]
  // Keep NaN: it decides the result.
  for (const term of terms)
    if (kept.length < mostTerms && !(size(term) < least)) kept.push(term)
    else {
      count++
      sum += term.weight * term.value
    }
  return {
    combine,
    ...(says !== undefined && { says }),
    terms: kept.map(toldTerm),
    ...(count > 0 && { rest: { count, sum: amountOf(sum) } }),
    result: amountOf(result),
  }
}

const toldTerm = ({ input, spot, weight, value, times, says }: PlacedTerm): ProvenanceTerm => ({
  ...(input !== undefined && spot && { from: { input, ...spot } }),
  weight: amountOf(weight),
  value: amountOf(value),
  ...(times !== undefined && { times }),
  ...(says !== undefined && { says }),
})
