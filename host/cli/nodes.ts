/** `sightline nodes`: the node types. */
import { nodeInfo } from '../../engine/graph/catalogue.ts'
import { jsonText } from '../../engine/types/json.ts'
import { describeParam } from '../../engine/types/param.ts'
import { describeSocket } from '../../engine/values/socket.ts'
import { loadNodes } from '../nodes.ts'
import { print, printJson } from '../terminal/say.ts'
import { table } from '../text/table.ts'

export async function nodes({ json }: { readonly json?: boolean }): Promise<number> {
  const catalogue = (await loadNodes()).map(nodeInfo)
  if (json) {
    printJson(jsonText(catalogue))
    return 0
  }
  const blocks = catalogue.map((node) => {
    const title = `${node.type}  ${node.title}${node.alias ? ` (${node.alias})` : ''}`
    const head = [title, `  ${node.summary}`, ...(node.needs ? [`  ${node.needs}`] : [])].join('\n')
    const rows = [
      ...Object.entries(node.inputs).map(([name, socket]) => ['  in', name, describeSocket(socket)]),
      ...Object.entries(node.params).map(([name, spec]) => [
        '  param',
        name,
        `${describeParam(spec)}; default ${JSON.stringify(spec.default)}`,
      ]),
      ...Object.entries(node.outputs).map(([name, socket]) => ['  out', name, describeSocket(socket)]),
    ]
    return `${head}\n${table(rows)}`
  })
  print(blocks.join('\n\n'))
  return 0
}
