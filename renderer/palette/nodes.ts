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

/** Best first. The name counts most, then its aliases, then its keywords. */
export function searchChoices(query: string, choices: readonly Choice[]): readonly Choice[] {
  const words = british(query.trim())
  if (!words) return choices
  const weights = [1, 0.95, 0.85, 0.4]
  return fuzzysort
    .go(words, choices.map(prepare), {
      keys: ['title', 'alias', 'keywords', 'summary'],
      threshold: 0.35,
      limit: 60,
      scoreFn: (result) =>
        Math.max(...weights.map((weight, i) => (result[i]?.score ?? 0) * weight)) +
        (result.obj.choice.info.basic ? 0.02 : 0),
    })
    .map(({ obj }) => obj.choice)
}
