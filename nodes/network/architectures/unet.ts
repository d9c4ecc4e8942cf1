/** U-Net: down to few pixels and up again, with what the way down saw at each size. */
import { at, type Family, type Net } from './blocks.ts'

const widths = [64, 128, 256, 512, 1024]

function twice(net: Net, name: string, from: number, out: number): number {
  let x = from
  for (const i of [0, 2]) x = net.act(at(name, i + 1), net.conv(at(name, i), x, { out, kernel: 3, padding: 1 }))
  return x
}

export const unet: Family = {
  members: { unet: { title: 'U-Net', input: [3, 256, 256] } },
  build(net, _, classes) {
    let x = 0
    const seen: number[] = []
    for (const [i, out] of widths.entries()) {
      if (i > 0) x = net.max(at('pool', i), x, 2)
      x = twice(net, at('down', i), x, out)
      seen.push(x)
    }
    for (let i = widths.length - 2; i >= 0; i--) {
      const out = widths[i] ?? 0
      x = net.add(at('up', i), 'convTranspose', [x], { out, kernel: 2, stride: 2 })
      x = net.add(at('skip', i), 'concatenate', [seen[i] ?? 0, x])
      x = twice(net, at('merge', i), x, out)
    }
    net.conv('head', x, { out: classes, kernel: 1 })
  },
}
