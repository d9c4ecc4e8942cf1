/** Every text that a language file can translate: the page's own, and those of the nodes. Loaded on demand. */
import { chapters } from '../../engine/graph/about.ts'
import type { Catalogue } from '../../engine/graph/catalogue.ts'
import { chapterTitles } from '../../engine/graph/chapters.ts'
import { allKinds } from '../../engine/values/index.ts'
import { inWords } from '../inspector/words.ts'
import { useEditor } from '../state/editor.ts'

export function textsOfNodes(catalogue: Catalogue): string[] {
  return [...catalogue.values()].flatMap(({ title, summary, inputs, params, outputs, explain, converts }) => [
    title,
    summary,
    explain.idea,
    explain.reference,
    ...converts.map(({ label }) => label),
    ...[...Object.values(inputs), ...Object.values(outputs)].flatMap(({ help }) => help ?? []),
    ...Object.entries(params).flatMap(([name, spec]) => [
      spec.label ?? inWords(name),
      ...(spec.help ? [spec.help] : []),
      ...(spec.type === 'choice' ? spec.of.map((choice) => spec.names?.[choice] ?? inWords(choice)) : []),
    ]),
  ])
}

export async function allTexts(): Promise<readonly string[]> {
  const { default: texts } = await import('virtual:texts')
  return [
    ...new Set([
      ...texts,
      ...Object.values(chapters),
      ...chapterTitles,
      ...allKinds().flatMap(({ words }) => words.many ?? []),
      ...textsOfNodes(useEditor.getState().catalogue),
    ]),
  ]
}
