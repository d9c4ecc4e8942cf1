/** The nodes to choose from: chapters, and a search that knows their other names. */
import fuzzysort from 'fuzzysort'
import type { Catalogue, NodeInfo } from '../../engine/graph/catalogue.ts'
import { byChapter, chapterOf } from '../../engine/graph/chapters.ts'
import type { Document } from '../../engine/graph/document.ts'
import { containsSubgraph, infoOf } from '../../engine/graph/info.ts'
import { say } from '../words/say.ts'

export interface Choice {
  readonly info: NodeInfo
  readonly chapter: string
}

export const basicFirst = (a: Choice, b: Choice): number =>
  Number(b.info.basic ?? false) - Number(a.info.basic ?? false)

const inOrder = (a: Choice, b: Choice): number =>
  byChapter(a.chapter, b.chapter) || basicFirst(a, b) || a.info.title.localeCompare(b.info.title)

/** All nodes of the catalogue, and the pipeline's subgraphs that fit into the open one (`within`). */
export function choicesOf(catalogue: Catalogue, document: Document, within: string | undefined): readonly Choice[] {
  const own = Object.keys(document.graphs)
    .filter((name) => within === undefined || !containsSubgraph(document, name, within))
    .flatMap((name) => infoOf(document, catalogue, { type: `graph/${name}` }) ?? [])
  return [...catalogue.values(), ...own].map((info) => ({ info, chapter: chapterOf(info.type) })).sort(inOrder)
}

/** American and other spellings, so that each finds the node. */
const spellings: readonly [RegExp, string][] = [
  [/color/g, 'colour'],
  [/gr[ea]y(?:scale)?/g, 'gray'],
  [/center/g, 'centre'],
  [/normalize/g, 'normalise'],
  [/thresholding/g, 'threshold'],
]

const british = (text: string): string =>
  spellings.reduce((words, [other, ours]) => words.replace(other, ours), text.toLowerCase())

interface Prepared {
  readonly choice: Choice
  readonly title: string
  readonly alias: string
  readonly keywords: string
  readonly summary: string
}

const prepared = new WeakMap<Choice, Prepared>()
function prepare(choice: Choice): Prepared {
  const known = prepared.get(choice)
  if (known) return known
  const { info } = choice
  const title = say(info.title)
  const english = title === info.title ? [] : [info.title]
  const made = {
    choice,
    title: british(title),
    alias: british(info.alias ?? ''),
    keywords: british([...english, ...info.keywords, info.type].join(' ')),
    summary: british(info.summary),
  }
  prepared.set(choice, made)
  return made
}

/** A name that begins with the word looked for ("Box blur") must not come before the usual node ("Gaussian blur"). */
const basicBonus = 0.06

const keys = ['title', 'alias', 'keywords', 'summary'] as const
/** The name counts most, then its aliases, then its keywords. */
const weights = [1, 0.95, 0.85, 0.4]
/** Of a search of several words, names with some of them count less than names with all, however well they match. */
const partial = 0.4

/** Best first. */
export function searchChoices(query: string, choices: readonly Choice[]): readonly Choice[] {
  const words = british(query.trim())
  if (!words) return choices
  const best = (scores: readonly number[]): number => Math.max(...scores.map((score, i) => score * (weights[i] ?? 0)))
  return fuzzysort
    .go(words, choices.map(prepare), {
      keys: [...keys],
      threshold: 0.35,
      limit: 60,
      scoreFn(result) {
        const some = best(keys.map((_, i) => result[i]?.score ?? 0))
        const all = words.includes(' ')
          ? best(keys.map((key) => fuzzysort.single(words, result.obj[key])?.score ?? 0))
          : some
        return Math.max(all, partial * some) + (result.obj.choice.info.basic ? basicBonus : 0)
      },
    })
    .map(({ obj }) => obj.choice)
}

/** Where words part: `GaussianBlur` is two, `filter2D` one and its parts. */
const wordsIn = (text: string): readonly string[] =>
  (british(text.replace(/([a-z])([A-Z])/g, '$1 $2')).match(/[\p{L}\d]+/gu) ?? []).map(stemOf)

/** Without its ending: "thresholding" and "thresholds" are "threshold". */
const stemOf = (word: string): string => (word.length > 5 ? word.replace(/(?:ing|ed|s)$/, '') : word)

const known = new WeakMap<Choice, ReadonlySet<string>>()
/** Every word by which a node may be known. */
function wordsOf(choice: Choice): ReadonlySet<string> {
  const before = known.get(choice)
  if (before) return before
  const { title, alias = '', keywords, type, summary } = choice.info
  const words = new Set([say(title), title, alias, ...keywords, type, summary].flatMap(wordsIn))
  known.set(choice, words)
  return words
}

/** How many letters must be changed, added, left out, or exchanged with the next; `most` where it is that or more. */
export function lettersApart(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) >= most) return most
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const turned = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before?.[j - 2] ?? most) + 1 : most
      row[j] = Math.min(
        (last?.[j] ?? most) + 1,
        (row[j - 1] ?? most) + 1,
        (last?.[j - 1] ?? most) + (same ? 0 : 1),
        turned,
      )
    }
    ;[before, last] = [last, row]
  }
  return Math.min(most, last?.[b.length] ?? most)
}

/** Up to a third of the letters may be wrong, but no more than this. */
const mostWrong = 3
const wrongOf = (word: string): number => Math.min(mostWrong, Math.floor(word.length / 3))

/** How well a word of the search fits a word of the node: 1 the same, 0 not at all. */
function fitOf(asked: string, word: string): number {
  if (asked === word) return 1
  const short = Math.min(asked.length, word.length)
  if (short >= 4 && (word.startsWith(asked) || asked.startsWith(word))) return 0.8
  const allowed = wrongOf(asked)
  const apart = lettersApart(asked, word, allowed + 1)
  return apart > allowed ? 0 : 0.75 * (1 - apart / asked.length)
}

/** What nobody looks for. */
const small = new Set(['the', 'and', 'for', 'with', 'from', 'image', 'picture', 'node'])

/**
 * What comes near a search that finds nothing, best first: nodes with some of its words, or with words that differ by few letters.
 */
export function nearestChoices(query: string, choices: readonly Choice[], most = 4): readonly Choice[] {
  const asked = wordsIn(query).filter((word) => word.length > 2 && !small.has(word))
  const scored = choices
    .map((choice) => {
      const words = [...wordsOf(choice)]
      const names = new Set(wordsIn(choice.info.title))
      const told = new Set([choice.info.alias ?? '', ...choice.info.keywords].flatMap(wordsIn))
      const score = asked.reduce((sum, one) => {
        const best = words.reduce(
          (best, word) => Math.max(best, fitOf(one, word) * (names.has(word) ? 1.2 : told.has(word) ? 1 : 0.5)),
          0,
        )
        return sum + best
      }, 0)
      return { choice, score }
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || basicFirst(a.choice, b.choice))
  // What fits much worse than the best is no help.
  const least = 0.6 * (scored[0]?.score ?? 0)
  return scored
    .filter(({ score }) => score >= least)
    .slice(0, most)
    .map(({ choice }) => choice)
}

/** The node that takes a formula: what a search for something that does not exist can always use. */
export const formulaNode = 'math/expression'
