import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { chartShape } from '../sheet.ts'
import { plotChart, plotOfTable } from '../table-plot.ts'

/** Draws columns of a table as curves. Table in, plot and a picture of it (640, 960, 3) out. */
export const plotTable = defineNode({
  type: 'measure/plot',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Plot table',
  alias: 'pandas.DataFrame.plot',
  keywords: ['matplotlib', 'curve', 'line chart', 'graph', 'columns', 'history', 'results', 'log scale', 'compare'],
  summary: 'Draws columns of a table as curves, one over the other.',
  inputs: { table: socket.table() },
  params: {
    x: param.text({
      default: '',
      label: 'Axis',
      help: 'The column for the horizontal axis. Empty: the number of the row.',
    }),
    columns: param.text({
      default: '',
      label: 'Curves',
      help: 'Names of columns, with commas between. Empty: every column of numbers.',
    }),
    log: param.boolean({
      default: false,
      label: 'Powers of ten',
      help: 'Along the axis, each step to the right is a factor: 100, 1,000 and 10,000 are equally far apart.',
    }),
  },
  outputs: {
    plot: socket.plot(),
    image: socket.image({
      channels: [3],
      spaces: ['rgb'],
      range: [0, 1],
      help: 'A picture of the curves to save, without labels. Their colours in order: orange, blue, green, pink, then gray for all others.',
    }),
  },
  shape: () => ({ plot: { kind: 'plot' }, image: chartShape }),
  run: async ({ table, x, columns, log }, { ops, wants }) => {
    const plot = plotOfTable(table, { x: x.trim(), columns, log })
    if (!wants('image')) return { plot }
    return { plot, image: (await ops.fromNumbers({ shape: chartShape, numbers: plotChart(plot) })) as ImageValue }
  },
  explain: {
    idea: 'Two curves over one axis answer a question that two columns of numbers only hold: which one is higher, where they meet, and whether they still rise.',
    reference: 'pandas.DataFrame.plot, matplotlib.pyplot.plot.',
    code: {
      by: 'log',
      of: {
        true: 'axes = table.plot({x} or None, {columns}.split(", ") if {columns} else None, logx=True)',
        false: 'axes = table.plot({x} or None, {columns}.split(", ") if {columns} else None)',
      },
    },
  },
})
