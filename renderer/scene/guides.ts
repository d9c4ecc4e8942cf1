/** Lines that help to find one's way: the axes of the scene, and a floor below it. */
import { AxesHelper, GridHelper, Group } from 'three'
import type { Cloud } from './cloud.ts'
import type { UpAxis } from './orbit.ts'
import type { Sphere } from './pose.ts'

/** The floor lies below all splats but this part. */
const below = 0.03
const sampled = 20_000
/** A floor is this much wider than the scene. */
const wider = 1.5
const floorOpacity = 0.4

/** 1, 2 or 5 times a power of ten, near a number. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted))
  const part = wanted / power
  return power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10)
}

/** How high the floor is along the axis that is up, and along which axis that is. */
function floorOf({ centres, count }: Cloud, up: UpAxis): { readonly axis: 1 | 2; readonly at: number } {
  const axis = up.endsWith('z') ? 2 : 1
  const sign = up.startsWith('-') ? -1 : 1
  const step = Math.max(1, Math.floor(count / sampled))
  const heights: number[] = []
  for (let i = 0; i < count; i += step) {
    const height = sign * (centres[3 * i + axis] ?? 0)
    if (Number.isFinite(height)) heights.push(height)
  }
  heights.sort((a, b) => a - b)
  return { axis, at: sign * (heights[Math.floor(below * heights.length)] ?? 0) }
}

/**
 * What is to be drawn beside a scene, in its own units. A cell of the floor is a round number of them.
 * @param lines the colour of the floor's lines
 */
export function guidesOf(
  shown: { readonly axes: boolean; readonly grid: boolean },
  {
    cloud,
    sphere,
    up,
    lines,
  }: { readonly cloud: Cloud; readonly sphere: Sphere; readonly up: UpAxis; readonly lines: number },
): Group {
  const group = new Group()
  if (shown.axes) group.add(new AxesHelper(sphere.radius))
  if (shown.grid) {
    const cell = roundStep(sphere.radius / 5)
    const cells = 2 * Math.ceil((wider * sphere.radius) / cell)
    const grid = new GridHelper(cells * cell, cells, lines, lines)
    Object.assign(grid.material, { transparent: true, opacity: floorOpacity, depthWrite: false })
    const { axis, at } = floorOf(cloud, up)
    if (axis === 2) grid.rotation.x = Math.PI / 2
    const place = sphere.centre.map((v, i) => (i === axis ? at : Math.round(v / cell) * cell))
    grid.position.set(place[0] ?? 0, place[1] ?? 0, place[2] ?? 0)
    group.add(grid)
  }
  return group
}
