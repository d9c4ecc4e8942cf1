/** Four drawn pictures for nodes that have none to show something on: a house by day and by night, and a digit in two colours. */

const side = 48

type Colour = readonly [number, number, number]

/** Colours of a scene with no symmetry, so that every change can be seen: sky, ground, a house, its roof, its door and the sun. */
function house(sky: Colour, ground: Colour, wall: Colour, sun: Colour) {
  return (x: number, y: number): Colour => {
    if ((x - 0.8) ** 2 + (y - 0.2) ** 2 < 0.01) return sun
    if (y > 0.45 && y < 0.85 && x > 0.15 && x < 0.55)
      return x > 0.2 && x < 0.3 && y > 0.6
        ? [0.3, 0.18, 0.1]
        : x > 0.38 && x < 0.48 && y > 0.55 && y < 0.68
          ? [0.95, 0.9, 0.5]
          : wall
    if (y > 0.25 && y <= 0.45 && Math.abs(x - 0.35) < (y - 0.25) * 1.35) return [0.72, 0.22, 0.16]
    return y > 0.75 ? [ground[0], ground[1] - 0.15 * x, ground[2]] : [sky[0] + 0.2 * y, sky[1] + 0.15 * y, sky[2]]
  }
}

/** A six; upside down it is a nine. */
function six(ink: Colour, paper: Colour) {
  return (x: number, y: number): Colour => {
    const ring = Math.hypot((x - 0.5) / 0.22, (y - 0.66) / 0.2)
    const stem = Math.hypot((x - 0.68) / 0.4, (y - 0.62) / 0.52)
    const inStem = Math.abs(stem - 0.95) < 0.13 && x < 0.58 && y < 0.66
    return (ring < 1.15 && ring > 0.65) || inStem ? ink : paper
  }
}

const scenes = [
  house([0.45, 0.7, 0.95], [0.35, 0.65, 0.25], [0.9, 0.85, 0.75], [1, 0.9, 0.3]),
  six([0.1, 0.1, 0.15], [0.95, 0.93, 0.88]),
  house([0.08, 0.1, 0.3], [0.1, 0.3, 0.2], [0.5, 0.45, 0.5], [0.95, 0.95, 0.85]),
  six([0.95, 0.5, 0.2], [0.15, 0.25, 0.45]),
]

const numbers = new Float32Array(scenes.length * 3 * side * side)
for (const [n, scene] of scenes.entries())
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (const [c, v] of scene((x + 0.5) / side, (y + 0.5) / side).entries())
        numbers[((n * 3 + c) * side + y) * side + x] = v

/** (count, 3, height, width) from 0 to 1. */
export const examplePictures = { shape: [scenes.length, 3, side, side] as const, numbers }
