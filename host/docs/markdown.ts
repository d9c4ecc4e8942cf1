/** The pages of docs/nodes as Markdown: one a node, and the index. */
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import { byChapter, chapterOf, chapterTitle } from '../../engine/graph/chapters.ts'
import { type NodePage, pageOf, type SocketRow, type Variant } from '../../engine/graph/page.ts'
import { exampleOf } from './examples.ts'

/** Text in a cell of a table, where a bar would end the cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

const sockets = (rows: readonly SocketRow[], takes: string): string =>
  table(
    ['name', takes],
    rows.map(({ name, takes: what, help }) => [`\`${name}\``, help ? `${what}. ${help}` : what]),
  )

const each = (variants: readonly Variant[], block: (text: string) => string): string =>
  variants.map(({ when, text }) => (when ? `\`${when}\`:\n\n${block(text)}` : block(text))).join('\n\n')

const section = (title: string, text: string): string[] => (text ? [`## ${title}`, text] : [])

/** @param picture the file's name, if there is one */
export function pageMarkdown(info: NodeInfo, picture: string | undefined): string {
  const page: NodePage = pageOf(info)
  const alias = page.alias === undefined ? '' : ` (\`${page.alias}\`)`
  const blocks = [
    `<!-- Made by host/docs/make.ts (npm run docs) from the node's declaration; do not edit. -->`,
    `# ${page.title}${alias}`,
    `[${page.chapter}](../README.md) · \`${page.type}\``,
    page.summary,
    ...(page.needs === undefined ? [] : [page.needs]),
    picture
      ? `![${page.title}, ${exampleOf(page.type) ? 'in a small example' : 'with its default parameters'}](${picture})`
      : '_No picture: it needs a file or a model, or its result is no picture._',
    ...section('Idea', page.idea),
    ...section(
      'Formula',
      each(page.formulas, (tex) => `$$\n${tex}\n$$`),
    ),
    ...section('Inputs', page.inputs.length > 0 ? sockets(page.inputs, 'takes') : ''),
    ...section('Outputs', page.outputs.length > 0 ? sockets(page.outputs, 'gives') : ''),
    ...section(
      'Parameters',
      page.params.length > 0
        ? table(
            ['name', 'takes', 'default', 'meaning'],
            page.params.map(({ name, label, takes, default: value, help, when }) => [
              `\`${name}\``,
              takes,
              `\`${value}\``,
              [label && `**${label}.**`, help, when && `Used ${when}.`].filter(Boolean).join(' '),
            ]),
          )
        : '',
    ),
    ...section('Laws', page.laws.length > 0 ? [...page.laws.map((law) => `- ${law}`)].join('\n') : ''),
    ...section(
      'The same in code',
      each(page.code, (text) => `\`\`\`python\n${text}\n\`\`\``),
    ),
    ...section('Reference', page.reference),
    ...section('When it runs', page.runs),
  ]
  return `${blocks.join('\n\n')}\n`
}

/** Every node by chapter, in teaching order. */
export function indexMarkdown(nodes: readonly NodeInfo[]): string {
  const chapters = [...new Set(nodes.map(({ type }) => chapterOf(type)))].sort(byChapter)
  const blocks = chapters.map((chapter) => {
    const own = nodes.filter(({ type }) => chapterOf(type) === chapter).sort((a, b) => a.title.localeCompare(b.title))
    const rows = own.map(({ type, title, alias, summary }) => [
      `[${title}](${type}.md)`,
      alias === undefined ? '' : `\`${alias}\``,
      summary,
    ])
    return `## ${chapterTitle(chapter)}\n\n${table(['node', 'known as', 'what it does'], rows)}`
  })
  return [
    '<!-- Made by host/docs/make.ts (npm run docs) from the declarations of the nodes; do not edit. -->',
    '# Nodes',
    'One page a node. In the window, F1 opens the page of the selected node.',
    ...blocks,
    '',
  ].join('\n\n')
}
