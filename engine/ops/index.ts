/** Every op, by the name that nodes call it. Made by host/build/ops.ts from the folders beside it; do not edit. */
import { fromNumbers } from './array/op.ts'
import { bilateral } from './bilateral/op.ts'
import { box } from './box/op.ts'
import { hysteresis } from './canny/hysteresis.ts'
import { nonMaximum } from './canny/non-maximum.ts'
import { cascadeWindows } from './cascade/op.ts'
import { fromPicture, toFloat, toPicture } from './cast/op.ts'
import { convertColour } from './colour/op.ts'
import { components } from './components/op.ts'
import { contours } from './contours/op.ts'
import { conv2d } from './conv2d/op.ts'
import { convolve } from './convolve/op.ts'
import { distance } from './distance/op.ts'
import { fitSplats } from './fit-splats/op.ts'
import { fourier } from './fourier/op.ts'
import { hogVector } from './hog/op.ts'
import { hogWindows } from './hog/windows.ts'
import { houghLines } from './hough/lines.ts'
import { houghSegments } from './hough/segments.ts'
import { integral } from './integral/op.ts'
import { channel, merge } from './layout/channels.ts'
import { crop } from './layout/crop.ts'
import { flatten } from './layout/flatten.ts'
import { toImage, toTensor } from './layout/tensor.ts'
import { nearestCentres } from './learn/centres.ts'
import { gram } from './learn/gram.ts'
import { linearSvm } from './learn/svm.ts'
import { lookup } from './lookup/op.ts'
import { matchFeatures } from './match/op.ts'
import { maxPool } from './max-pool/op.ts'
import { median } from './median/op.ts'
import { morphology } from './morphology/op.ts'
import { fastCorners } from './orb/corners.ts'
import { orbFeatures } from './orb/features.ts'
import { paste } from './paste/op.ts'
import { pointwise } from './pointwise/op.ts'
import { preview } from './preview/op.ts'
import { random } from './random/op.ts'
import { rasterise } from './rasterise/op.ts'
import { read } from './read/op.ts'
import { statistics } from './reduce/op.ts'
import { resize } from './resize/op.ts'
import { roiAlign, roiPool } from './roi/op.ts'
import { separable } from './separable/op.ts'
import { siftFeatures } from './sift/op.ts'
import { sobel } from './sobel/op.ts'
import { warp } from './warp/op.ts'

export const ops = {
  fromNumbers,
  bilateral,
  box,
  hysteresis,
  nonMaximum,
  cascadeWindows,
  fromPicture,
  toPicture,
  toFloat,
  convertColour,
  components,
  contours,
  conv2d,
  convolve,
  distance,
  fitSplats,
  fourier,
  hogVector,
  hogWindows,
  houghLines,
  houghSegments,
  integral,
  channel,
  merge,
  crop,
  flatten,
  toTensor,
  toImage,
  nearestCentres,
  gram,
  linearSvm,
  lookup,
  matchFeatures,
  maxPool,
  median,
  morphology,
  fastCorners,
  orbFeatures,
  paste,
  pointwise,
  preview,
  random,
  rasterise,
  read,
  statistics,
  resize,
  roiAlign,
  roiPool,
  separable,
  siftFeatures,
  sobel,
  warp,
} as const
