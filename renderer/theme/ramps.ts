/**
 * The colour ramps of legends: every sixteenth colour that previews are drawn with, of labels the first sixteen
 * (ramps.test.ts compares).
 */
export type Ramp = 'gray' | 'viridis' | 'diverging' | 'labels'

export const ramps: Readonly<Record<Ramp, string>> = {
  gray: '#000000 #ffffff',
  viridis:
    '#430155 #49186a #472d7c #424086 #3b528b #34638d #2c728e #25828e #20908c #209e88 #29ad80 #3cbc74 #5bc863 #82d34d #acdb31 #d4e21b #ffe726',
  diverging:
    '#3b4cbf #5b60c7 #7573ce #8d88d5 #a39ddb #b8b2e2 #cdc8e9 #e1dfef #f5f4f4 #f3dcd9 #efc2bd #e9a8a1 #e18e87 #d8736d #ce5854 #c2393d #b50526',
  labels:
    '#121417 #00ff00 #ff0000 #00ffff #ffdb6d #4992ff #db6d92 #249224 #2449ff #dbdbff #dbff00 #92926d #006d92 #b64924 #b6ffb6 #ff9200',
}

/** Labels have nothing between them: their colours end where the next begin. */
export function rampGradient(ramp: Ramp): string {
  const colours = ramps[ramp].split(' ')
  const stops = ramp === 'labels' ? colours.map((colour, i) => stop(colour, i, colours.length)) : colours
  return `linear-gradient(to right, ${stops.join(', ')})`
}

const stop = (colour: string, at: number, count: number): string =>
  `${colour} ${(100 * at) / count}% ${(100 * (at + 1)) / count}%`
