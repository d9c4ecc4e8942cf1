/** People find nodes by the words they know. */
import { expect, it } from 'vitest'
import { nodeInfo } from '../../engine/graph/catalogue.ts'
import { emptyDocument } from '../../engine/graph/document.ts'
import { parseFile } from '../../engine/graph/file.ts'
import { catalogue as definitions } from '../../nodes/catalogue.ts'
import { choicesOf, lettersApart, nearestChoices, searchChoices } from './nodes.ts'

const catalogue = new Map(definitions.map((definition) => [definition.type, nodeInfo(definition)]))
const choices = choicesOf(catalogue, emptyDocument, undefined)

it.each([
  ['color', 'colour/convert'],
  ['colour', 'colour/convert'],
  ['grayscale', 'colour/convert'],
  ['greyscale', 'colour/convert'],
  ['cvtColor', 'colour/convert'],
  ['blur', 'filter/gaussian-blur'],
  ['gausian', 'filter/gaussian-blur'],
  ['gausian blur', 'filter/gaussian-blur'],
  ['gblur', 'filter/gaussian-blur'],
  ['GaussianBlur', 'filter/gaussian-blur'],
  ['imread', 'io/load-image'],
  ['imwrite', 'io/save-image'],
  ['filter2D', 'filter/custom-kernel'],
  ['Conv2d', 'network/conv2d'],
  ['normalize', 'tensor/normalise'],
  ['edges', 'edge/canny'],
  ['psnr', 'tensor/compare'],
])('%s finds %s first', (query, type) => expect(searchChoices(query, choices)[0]?.info.type).toBe(type))

it('shows under Basics what says so of itself, and before the rest of its chapter', () => {
  const basics = choices.filter(({ info }) => info.basic).map(({ info }) => info.type)
  expect(basics).toEqual(
    choices
      .filter(({ info }) => definitions.find(({ type }) => type === info.type)?.basic)
      .map(({ info }) => info.type),
  )
  expect(basics).toContain('filter/gaussian-blur')
  const filters = choices.filter(({ chapter }) => chapter === 'filter').map(({ info }) => info.basic === true)
  expect(filters).toEqual(filters.toSorted((a, b) => Number(b) - Number(a)))
})

it.each([
  ['canny', 'edge/canny'],
  ['rotate', 'geometry/rotate'],
  ['bilateral', 'filter/bilateral'],
  ['erode', 'morphology/erode'],
  ['morphology', 'morphology/compound'],
  ['contour', 'feature/contours'],
  ['hough', 'feature/hough-lines'],
  ['harris', 'feature/harris'],
  ['sift', 'feature/sift'],
  ['warp', 'geometry/warp-perspective'],
  ['fft', 'frequency/fourier'],
  ['upscale', 'restore/upscale'],
  ['saturation', 'colour/hue-saturation'],
  ['curves', 'colour/curves'],
  ['channel mixer', 'colour/channel-mixer'],
  ['translate', 'geometry/translate'],
  ['concatenate', 'geometry/concatenate'],
  ['alpha', 'math/composite'],
  ['checkerboard', 'create/checkerboard'],
  ['line profile', 'measure/line-profile'],
  ['scatter', 'measure/joint-histogram'],
  ['PCA', 'learn/pca'],
  ['clustering', 'learn/k-means'],
  ['boosting', 'learn/adaboost'],
  ['pedestrian', 'detect/hog-people'],
  ['grid search', 'measure/sweep'],
  ['CSV', 'io/labelled-table'],
  ['turbo', 'colour/colour-map'],
  ['invert', 'math/invert'],
  ['flip', 'geometry/flip'],
  ['equalize', 'colour/equalise'],
  ['exposure', 'colour/exposure'],
  ['brightness', 'colour/brightness-contrast'],
  ['contrast', 'colour/brightness-contrast'],
  ['hue', 'colour/hue-saturation'],
  ['draw', 'draw/text'],
  ['gamma', 'math/gamma'],
  ['levels', 'colour/levels'],
  ['inRange', 'colour/in-range'],
  ['histogram', 'measure/histogram'],
  ['copyMakeBorder', 'geometry/pad'],
  ['putText', 'draw/text'],
])('%s, looked for and once not found, finds %s', (query, type) =>
  expect(searchChoices(query, choices).map(({ info }) => info.type)).toContain(type),
)

it('counts wrong letters', () => {
  expect(lettersApart('blur', 'blur', 4)).toBe(0)
  expect(lettersApart('blru', 'blur', 4)).toBe(1)
  expect(lettersApart('bluur', 'blur', 4)).toBe(1)
  expect(lettersApart('sharp', 'harp', 4)).toBe(1)
  expect(lettersApart('kitten', 'sitting', 4)).toBe(3)
  expect(lettersApart('kitten', 'elephant', 3)).toBe(3)
})

it.each([
  ['brihgtnes', 'colour/brightness-contrast'],
  ['sobbell', 'edge/sobel'],
  ['tresholding', 'math/threshold'],
  ['chroma keying of greenscreens', 'colour/in-range'],
  ['historgamm', 'measure/histogram'],
])('%s finds nothing, and %s comes near', (query, type) => {
  expect(nearestChoices(query, choices).map(({ info }) => info.type)).toContain(type)
})

it('knows nothing near nonsense', () => expect(nearestChoices('qqzzxx', choices)).toEqual([]))

it('finds nothing for nonsense', () => expect(searchChoices('qqzzxx', choices)).toEqual([]))

it('offers the subgraphs of the pipeline, but not inside themselves', () => {
  const inner = { nodes: [{ id: 'a', type: 'graph/inner', position: { x: 0, y: 0 } }], edges: [] }
  const document = parseFile({
    format: 'sightline',
    version: 1,
    nodes: [],
    edges: [],
    graphs: { inner: { nodes: [], edges: [] }, outer: inner, other: { nodes: [], edges: [] } },
  })
  const within = (name: string | undefined): string[] =>
    choicesOf(catalogue, document, name)
      .map(({ info }) => info.type)
      .filter((type) => type.startsWith('graph/'))
  expect(choicesOf(catalogue, document, undefined).find(({ chapter }) => chapter === 'graph')?.info.basic).toBe(true)
  expect(within(undefined)).toEqual(['graph/inner', 'graph/other', 'graph/outer'])
  expect(within('outer')).toEqual(['graph/inner', 'graph/other'])
  expect(within('inner')).toEqual(['graph/other'])
})
