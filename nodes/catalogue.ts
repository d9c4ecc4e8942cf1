/** Every node type. Made by host/build/catalogue.ts from the files beside it; do not edit. */
import type { NodeDefinition } from '../engine/graph/node.ts'
import { augmentBlur } from './augment/blur.ts'
import { augmentColourJitter } from './augment/colour-jitter.ts'
import { augmentCrop } from './augment/crop.ts'
import { augmentCutMix as augmentCutmix } from './augment/cutmix.ts'
import { augmentCutout } from './augment/cutout.ts'
import { augmentFlip } from './augment/flip.ts'
import { augmentMixup } from './augment/mixup.ts'
import { augmentRandAugment } from './augment/rand-augment.ts'
import { augmentRotation } from './augment/rotation.ts'
import { keyframes as cameraKeyframes } from './camera/keyframes.ts'
import { loadSet as cameraLoadSet } from './camera/load-set.ts'
import { lookAt as cameraLookAt } from './camera/look-at.ts'
import { orbit as cameraOrbit } from './camera/orbit.ts'
import { pinhole as cameraPinhole } from './camera/pinhole.ts'
import { saveSet as cameraSaveSet } from './camera/save-set.ts'
import { activationMap as classifyActivationMap } from './classify/activation-map.ts'
import { applyAdaboost as classifyAdaboost } from './classify/adaboost.ts'
import { captures as classifyCaptures } from './classify/captures.ts'
import { efficientnetLite as classifyEfficientnetLite } from './classify/efficientnet-lite.ts'
import { labelsFromNames as classifyFromNames } from './classify/from-names.ts'
import { classifyLabels } from './classify/labels.ts'
import { linearSvm as classifyLinearSvm } from './classify/linear-svm.ts'
import { mobilenetV1 as classifyMobilenetV1 } from './classify/mobilenet-v1.ts'
import { predict as classifyPredict } from './classify/predict.ts'
import { resnet50 as classifyResnet50 } from './classify/resnet50.ts'
import { ridge as classifyRidge } from './classify/ridge.ts'
import { targetsFromLabels as classifyTargets } from './classify/targets.ts'
import { brightnessContrast as colourBrightnessContrast } from './colour/brightness-contrast.ts'
import { channelMixer as colourChannelMixer } from './colour/channel-mixer.ts'
import { clahe as colourClahe } from './colour/clahe.ts'
import { colourMap as colourColourMap } from './colour/colour-map.ts'
import { convert as colourConvert } from './colour/convert.ts'
import { curves as colourCurves } from './colour/curves.ts'
import { equalise as colourEqualise } from './colour/equalise.ts'
import { exposure as colourExposure } from './colour/exposure.ts'
import { hueSaturation as colourHueSaturation } from './colour/hue-saturation.ts'
import { inRange as colourInRange } from './colour/in-range.ts'
import { levels as colourLevels } from './colour/levels.ts'
import { matchHistogram as colourMatchHistogram } from './colour/match-histogram.ts'
import { merge as colourMerge } from './colour/merge.ts'
import { quantise as colourQuantise } from './colour/quantise.ts'
import { split as colourSplit } from './colour/split.ts'
import { swapRedBlue as colourSwapRedBlue } from './colour/swap-red-blue.ts'
import { whiteBalance as colourWhiteBalance } from './colour/white-balance.ts'
import { checkerboard as createCheckerboard } from './create/checkerboard.ts'
import { constant as createConstant } from './create/constant.ts'
import { gradient as createGradient } from './create/gradient.ts'
import { createNoise } from './create/noise.ts'
import { fastdepth as depthFastdepth } from './depth/fastdepth.ts'
import { anchors as detectAnchors } from './detect/anchors.ts'
import { blazeface as detectBlazeface } from './detect/blazeface.ts'
import { box as detectBox } from './detect/box.ts'
import { boxTargets as detectBoxTargets } from './detect/box-targets.ts'
import { detectCenternet } from './detect/centernet.ts'
import { cuboidPoints as detectCuboidPoints } from './detect/cuboid-points.ts'
import { detectDecode } from './detect/decode.ts'
import { detectFilter } from './detect/filter.ts'
import { haar as detectHaar } from './detect/haar.ts'
import { hogPeople as detectHogPeople } from './detect/hog-people.ts'
import { hogSvm as detectHogSvm } from './detect/hog-svm.ts'
import { labelBoxes as detectLabelBoxes } from './detect/label-boxes.ts'
import { liftCuboids as detectLiftCuboids } from './detect/lift-cuboids.ts'
import { detectMediapipe } from './detect/mediapipe.ts'
import { detectNms } from './detect/nms.ts'
import { objectron as detectObjectron } from './detect/objectron.ts'
import { detectProposals } from './detect/proposals.ts'
import { regressBoxes as detectRegressBoxes } from './detect/regress-boxes.ts'
import { scoreBoxes as detectScoreBoxes } from './detect/score-boxes.ts'
import { selectiveSearch as detectSelectiveSearch } from './detect/selective-search.ts'
import { slidingWindow as detectSlidingWindow } from './detect/sliding-window.ts'
import { ssdMobilenet as detectSsdMobilenet } from './detect/ssd-mobilenet.ts'
import { yolox as detectYolox } from './detect/yolox.ts'
import { drawBoxes } from './draw/boxes.ts'
import { drawKeypoints } from './draw/keypoints.ts'
import { drawLines } from './draw/lines.ts'
import { drawMask } from './draw/mask.ts'
import { overlay as drawOverlay } from './draw/overlay.ts'
import { polygonMask as drawPolygon } from './draw/polygon.ts'
import { drawTextNode as drawText } from './draw/text.ts'
import { canny as edgeCanny } from './edge/canny.ts'
import { derivative as edgeDerivative } from './edge/derivative.ts'
import { doubleThreshold as edgeDoubleThreshold } from './edge/double-threshold.ts'
import { hysteresis as edgeHysteresis } from './edge/hysteresis.ts'
import { nonMaximumSuppression as edgeNonMaximumSuppression } from './edge/non-maximum-suppression.ts'
import { sobel as edgeSobel } from './edge/sobel.ts'
import { contours as featureContours } from './feature/contours.ts'
import { fast as featureFast } from './feature/fast.ts'
import { goodFeatures as featureGoodFeatures } from './feature/good-features.ts'
import { harris as featureHarris } from './feature/harris.ts'
import { hog as featureHog } from './feature/hog.ts'
import { hogBatch as featureHogBatch } from './feature/hog-batch.ts'
import { houghCircles as featureHoughCircles } from './feature/hough-circles.ts'
import { houghLines as featureHoughLines } from './feature/hough-lines.ts'
import { houghSegments as featureHoughSegments } from './feature/hough-segments.ts'
import { lbp as featureLbp } from './feature/lbp.ts'
import { lineSegments as featureLineSegments } from './feature/line-segments.ts'
import { match as featureMatch } from './feature/match.ts'
import { matchLines as featureMatchLines } from './feature/match-lines.ts'
import { mlsdLines as featureMlsdLines } from './feature/mlsd-lines.ts'
import { mlsdTensor as featureMlsdTensor } from './feature/mlsd-tensor.ts'
import { orb as featureOrb } from './feature/orb.ts'
import { sift as featureSift } from './feature/sift.ts'
import { bilateral as filterBilateral } from './filter/bilateral.ts'
import { boxFilter as filterBox } from './filter/box.ts'
import { customKernel as filterCustomKernel } from './filter/custom-kernel.ts'
import { differenceOfGaussians as filterDifferenceOfGaussians } from './filter/difference-of-gaussians.ts'
import { gabor as filterGabor } from './filter/gabor.ts'
import { gaussianBlur as filterGaussianBlur } from './filter/gaussian-blur.ts'
import { guided as filterGuided } from './filter/guided.ts'
import { integralImage as filterIntegral } from './filter/integral.ts'
import { laplacian as filterLaplacian } from './filter/laplacian.ts'
import { laplacianOfGaussian as filterLaplacianOfGaussian } from './filter/laplacian-of-gaussian.ts'
import { median as filterMedian } from './filter/median.ts'
import { addNoise as filterNoise } from './filter/noise.ts'
import { pyramid as filterPyramid } from './filter/pyramid.ts'
import { sharpen as filterSharpen } from './filter/sharpen.ts'
import { unsharpMask as filterUnsharpMask } from './filter/unsharp-mask.ts'
import { wiredKernel as filterWiredKernel } from './filter/wired-kernel.ts'
import { bandFilter as frequencyBandFilter } from './frequency/band-filter.ts'
import { fourierNode as frequencyFourier } from './frequency/fourier.ts'
import { inverseFourier as frequencyInverse } from './frequency/inverse.ts'
import { boxCrops as geometryBoxCrops } from './geometry/box-crops.ts'
import { concatenate as geometryConcatenate } from './geometry/concatenate.ts'
import { crop as geometryCrop } from './geometry/crop.ts'
import { flip as geometryFlip } from './geometry/flip.ts'
import { homography as geometryHomography } from './geometry/homography.ts'
import { letterbox as geometryLetterbox } from './geometry/letterbox.ts'
import { pad as geometryPad } from './geometry/pad.ts'
import { resize as geometryResize } from './geometry/resize.ts'
import { resizeSide as geometryResizeSide } from './geometry/resize-side.ts'
import { resizeTo as geometryResizeTo } from './geometry/resize-to.ts'
import { rotate as geometryRotate } from './geometry/rotate.ts'
import { rotatedCrop as geometryRotatedCrop } from './geometry/rotated-crop.ts'
import { stitch as geometryStitch } from './geometry/stitch.ts'
import { tile as geometryTile } from './geometry/tile.ts'
import { translate as geometryTranslate } from './geometry/translate.ts'
import { warpAffine as geometryWarpAffine } from './geometry/warp-affine.ts'
import { warpPerspective as geometryWarpPerspective } from './geometry/warp-perspective.ts'
import { annotations as ioAnnotations } from './io/annotations.ts'
import { camera as ioCamera } from './io/camera.ts'
import { cifar as ioCifar } from './io/cifar.ts'
import { folder as ioFolder } from './io/folder.ts'
import { idx as ioIdx } from './io/idx.ts'
import { labelledFolder as ioLabelledFolder } from './io/labelled-folder.ts'
import { readLabelledTable as ioLabelledTable } from './io/labelled-table.ts'
import { loadImage as ioLoadImage } from './io/load-image.ts'
import { maskFolder as ioMaskFolder } from './io/mask-folder.ts'
import { sampleData as ioSampleData } from './io/sample-data.ts'
import { sampleImage as ioSampleImage } from './io/sample-image.ts'
import { saveImage as ioSaveImage } from './io/save-image.ts'
import { readTable as ioTable } from './io/table.ts'
import { testSource as ioTestSource } from './io/test-source.ts'
import { learnAdaboost } from './learn/adaboost.ts'
import { learnKMeans } from './learn/k-means.ts'
import { learnLinearSvm } from './learn/linear-svm.ts'
import { learnNearest } from './learn/nearest.ts'
import { learnPca } from './learn/pca.ts'
import { learnScatter } from './learn/scatter.ts'
import { learnTsne } from './learn/tsne.ts'
import { adaptiveThreshold as mathAdaptiveThreshold } from './math/adaptive-threshold.ts'
import { arithmetic as mathArithmetic } from './math/arithmetic.ts'
import { blend as mathBlend } from './math/blend.ts'
import { clip as mathClip } from './math/clip.ts'
import { composite as mathComposite } from './math/composite.ts'
import { expression as mathExpression } from './math/expression.ts'
import { gamma as mathGamma } from './math/gamma.ts'
import { invert as mathInvert } from './math/invert.ts'
import { normalise as mathNormalise } from './math/normalise.ts'
import { threshold as mathThreshold } from './math/threshold.ts'
import { averagePrecisionNode as measureAveragePrecision } from './measure/average-precision.ts'
import { confusionBoxes as measureConfusionBoxes } from './measure/confusion-boxes.ts'
import { confusionLabels as measureConfusionLabels } from './measure/confusion-labels.ts'
import { confusionMatrix as measureConfusionMatrix } from './measure/confusion-matrix.ts'
import { deltaE as measureDeltaE } from './measure/delta-e.ts'
import { histogram as measureHistogram } from './measure/histogram.ts'
import { iou as measureIou } from './measure/iou.ts'
import { jointHistogram as measureJointHistogram } from './measure/joint-histogram.ts'
import { lineProfile as measureLineProfile } from './measure/line-profile.ts'
import { listedPictures as measureListedPictures } from './measure/listed-pictures.ts'
import { match as measureMatch } from './measure/match.ts'
import { meanIou as measureMeanIou } from './measure/mean-iou.ts'
import { panopticQuality as measurePanopticQuality } from './measure/panoptic-quality.ts'
import { plotTable as measurePlot } from './measure/plot.ts'
import { prCurve as measurePrCurve } from './measure/pr-curve.ts'
import { regionStatistics as measureRegionStatistics } from './measure/region-statistics.ts'
import { ssim as measureSsim } from './measure/ssim.ts'
import { sweep as measureSweep } from './measure/sweep.ts'
import { modelCost } from './model/cost.ts'
import { onnx as modelOnnx } from './model/onnx.ts'
import { tfjs as modelTfjs } from './model/tfjs.ts'
import { tflite as modelTflite } from './model/tflite.ts'
import { tiledModel as modelTiled } from './model/tiled.ts'
import { modelWeights } from './model/weights.ts'
import { compound as morphologyCompound } from './morphology/compound.ts'
import { dilate as morphologyDilate } from './morphology/dilate.ts'
import { erode as morphologyErode } from './morphology/erode.ts'
import { hitOrMiss as morphologyHitOrMiss } from './morphology/hit-or-miss.ts'
import { networkActivations } from './network/activations.ts'
import { networkAlbum } from './network/album.ts'
import { networkArchitecture } from './network/architecture.ts'
import { networkAttention } from './network/attention.ts'
import { networkBlock } from './network/block.ts'
import { networkCompoundScaling } from './network/compound-scaling.ts'
import { conv2d as networkConv2d } from './network/conv2d.ts'
import { denseLayer as networkDense } from './network/dense.ts'
import { networkExport } from './network/export.ts'
import { networkFilters } from './network/filters.ts'
import { networkFindRate } from './network/find-rate.ts'
import { gradCam as networkGradCam } from './network/grad-cam.ts'
import { networkInput } from './network/input.ts'
import { layerActivation as networkLayerActivation } from './network/layer-activation.ts'
import { layerAttention as networkLayerAttention } from './network/layer-attention.ts'
import { layerConvolution as networkLayerConvolution } from './network/layer-convolution.ts'
import { layerFlatten as networkLayerFlatten } from './network/layer-flatten.ts'
import { layerJoin as networkLayerJoin } from './network/layer-join.ts'
import { layerLinear as networkLayerLinear } from './network/layer-linear.ts'
import { layerMergePatches as networkLayerMergePatches } from './network/layer-merge-patches.ts'
import { layerNorm as networkLayerNorm } from './network/layer-norm.ts'
import { layerPool as networkLayerPool } from './network/layer-pool.ts'
import { layerResize as networkLayerResize } from './network/layer-resize.ts'
import { layerShape as networkLayerShape } from './network/layer-shape.ts'
import { layerSqueezeExcite as networkLayerSqueezeExcite } from './network/layer-squeeze-excite.ts'
import { layerTokens as networkLayerTokens } from './network/layer-tokens.ts'
import { layerWeights as networkLayerWeights } from './network/layer-weights.ts'
import { maxPool as networkMaxPool } from './network/max-pool.ts'
import { networkModernise } from './network/modernise.ts'
import { networkMultiplies } from './network/multiplies.ts'
import { nearestFilter as networkNearestFilter } from './network/nearest-filter.ts'
import { receptiveField as networkReceptiveField } from './network/receptive-field.ts'
import { roiAlign as networkRoiAlign } from './network/roi-align.ts'
import { roiPool as networkRoiPool } from './network/roi-pool.ts'
import { networkRun } from './network/run.ts'
import { networkSummary } from './network/summary.ts'
import { networkTest } from './network/test.ts'
import { networkTrain } from './network/train.ts'
import { networkTrainGan } from './network/train-gan.ts'
import { networkWeights } from './network/weights.ts'
import { blazepose as poseBlazepose } from './pose/blazepose.ts'
import { bodyPoints as poseBodyPoints } from './pose/body-points.ts'
import { cocoPoints as poseCocoPoints } from './pose/coco-points.ts'
import { poseCrops } from './pose/crops.ts'
import { handPoints as poseHandPoints } from './pose/hand-points.ts'
import { hands as poseHands } from './pose/hands.ts'
import { movenet as poseMovenet } from './pose/movenet.ts'
import { together as poseTogether } from './pose/together.ts'
import { holeMask as restoreHoleMask } from './restore/hole-mask.ts'
import { inpaint as restoreInpaint } from './restore/inpaint.ts'
import { upscale as restoreUpscale } from './restore/upscale.ts'
import { colours as segmentColours } from './segment/colours.ts'
import { components as segmentComponents } from './segment/components.ts'
import { cutOut as segmentCutOut } from './segment/cut-out.ts'
import { deeplab as segmentDeeplab } from './segment/deeplab.ts'
import { distanceTransform as segmentDistance } from './segment/distance.ts'
import { segmentFelzenszwalb } from './segment/felzenszwalb.ts'
import { floodFillNode as segmentFloodFill } from './segment/flood-fill.ts'
import { labelsFromImage as segmentFromImage } from './segment/from-image.ts'
import { modnet as segmentModnet } from './segment/modnet.ts'
import { panopticMerge as segmentPanopticMerge } from './segment/panoptic-merge.ts'
import { pasteMasks as segmentPasteMasks } from './segment/paste-masks.ts'
import { sam2 as segmentSam2 } from './segment/sam2.ts'
import { sam2Masks as segmentSam2Masks } from './segment/sam2-masks.ts'
import { sam2Prompts as segmentSam2Prompts } from './segment/sam2-prompts.ts'
import { toLabels as segmentToLabels } from './segment/to-labels.ts'
import { toMask as segmentToMask } from './segment/to-mask.ts'
import { u2netp as segmentU2netp } from './segment/u2netp.ts'
import { watershedNode as segmentWatershed } from './segment/watershed.ts'
import { yoloMasks as segmentYoloMasks } from './segment/yolo-masks.ts'
import { brush as splatBrush } from './splat/brush.ts'
import { crop as splatCrop } from './splat/crop.ts'
import { decimate as splatDecimate } from './splat/decimate.ts'
import { filter as splatFilter } from './splat/filter.ts'
import { filterColour as splatFilterColour } from './splat/filter-colour.ts'
import { fromPoints as splatFromPoints } from './splat/from-points.ts'
import { fromRgbd as splatFromRgbd } from './splat/from-rgbd.ts'
import { load as splatLoad } from './splat/load.ts'
import { merge as splatMerge } from './splat/merge.ts'
import { procedural as splatProcedural } from './splat/procedural.ts'
import { removeFloaters as splatRemoveFloaters } from './splat/remove-floaters.ts'
import { render as splatRender } from './splat/render.ts'
import { save as splatSave } from './splat/save.ts'
import { share as splatShare } from './splat/share.ts'
import { statistics as splatStatistics } from './splat/statistics.ts'
import { train as splatTrain } from './splat/train.ts'
import { transform as splatTransform } from './splat/transform.ts'
import { compare as tensorCompare } from './tensor/compare.ts'
import { denormalise as tensorDenormalise } from './tensor/denormalise.ts'
import { flatten as tensorFlatten } from './tensor/flatten.ts'
import { inspect as tensorInspect } from './tensor/inspect.ts'
import { normalise as tensorNormalise } from './tensor/normalise.ts'
import { stack as tensorStack } from './tensor/stack.ts'
import { toImage as tensorToImage } from './tensor/to-image.ts'
import { view as tensorView } from './tensor/view.ts'
import { textDecode } from './text/decode.ts'
import { textDetect } from './text/detect.ts'
import { textLines } from './text/lines.ts'
import { textRead } from './text/read.ts'
import { textRegions } from './text/regions.ts'

export const catalogue: readonly NodeDefinition[] = [
  augmentBlur,
  augmentColourJitter,
  augmentCrop,
  augmentCutmix,
  augmentCutout,
  augmentFlip,
  augmentMixup,
  augmentRandAugment,
  augmentRotation,
  cameraKeyframes,
  cameraLoadSet,
  cameraLookAt,
  cameraOrbit,
  cameraPinhole,
  cameraSaveSet,
  classifyActivationMap,
  classifyAdaboost,
  classifyCaptures,
  classifyEfficientnetLite,
  classifyFromNames,
  classifyLabels,
  classifyLinearSvm,
  classifyMobilenetV1,
  classifyPredict,
  classifyResnet50,
  classifyRidge,
  classifyTargets,
  colourBrightnessContrast,
  colourChannelMixer,
  colourClahe,
  colourColourMap,
  colourConvert,
  colourCurves,
  colourEqualise,
  colourExposure,
  colourHueSaturation,
  colourInRange,
  colourLevels,
  colourMatchHistogram,
  colourMerge,
  colourQuantise,
  colourSplit,
  colourSwapRedBlue,
  colourWhiteBalance,
  createCheckerboard,
  createConstant,
  createGradient,
  createNoise,
  depthFastdepth,
  detectAnchors,
  detectBlazeface,
  detectBox,
  detectBoxTargets,
  detectCenternet,
  detectCuboidPoints,
  detectDecode,
  detectFilter,
  detectHaar,
  detectHogPeople,
  detectHogSvm,
  detectLabelBoxes,
  detectLiftCuboids,
  detectMediapipe,
  detectNms,
  detectObjectron,
  detectProposals,
  detectRegressBoxes,
  detectScoreBoxes,
  detectSelectiveSearch,
  detectSlidingWindow,
  detectSsdMobilenet,
  detectYolox,
  drawBoxes,
  drawKeypoints,
  drawLines,
  drawMask,
  drawOverlay,
  drawPolygon,
  drawText,
  edgeCanny,
  edgeDerivative,
  edgeDoubleThreshold,
  edgeHysteresis,
  edgeNonMaximumSuppression,
  edgeSobel,
  featureContours,
  featureFast,
  featureGoodFeatures,
  featureHarris,
  featureHog,
  featureHogBatch,
  featureHoughCircles,
  featureHoughLines,
  featureHoughSegments,
  featureLbp,
  featureLineSegments,
  featureMatch,
  featureMatchLines,
  featureMlsdLines,
  featureMlsdTensor,
  featureOrb,
  featureSift,
  filterBilateral,
  filterBox,
  filterCustomKernel,
  filterDifferenceOfGaussians,
  filterGabor,
  filterGaussianBlur,
  filterGuided,
  filterIntegral,
  filterLaplacian,
  filterLaplacianOfGaussian,
  filterMedian,
  filterNoise,
  filterPyramid,
  filterSharpen,
  filterUnsharpMask,
  filterWiredKernel,
  frequencyBandFilter,
  frequencyFourier,
  frequencyInverse,
  geometryBoxCrops,
  geometryConcatenate,
  geometryCrop,
  geometryFlip,
  geometryHomography,
  geometryLetterbox,
  geometryPad,
  geometryResize,
  geometryResizeSide,
  geometryResizeTo,
  geometryRotate,
  geometryRotatedCrop,
  geometryStitch,
  geometryTile,
  geometryTranslate,
  geometryWarpAffine,
  geometryWarpPerspective,
  ioAnnotations,
  ioCamera,
  ioCifar,
  ioFolder,
  ioIdx,
  ioLabelledFolder,
  ioLabelledTable,
  ioLoadImage,
  ioMaskFolder,
  ioSampleData,
  ioSampleImage,
  ioSaveImage,
  ioTable,
  ioTestSource,
  learnAdaboost,
  learnKMeans,
  learnLinearSvm,
  learnNearest,
  learnPca,
  learnScatter,
  learnTsne,
  mathAdaptiveThreshold,
  mathArithmetic,
  mathBlend,
  mathClip,
  mathComposite,
  mathExpression,
  mathGamma,
  mathInvert,
  mathNormalise,
  mathThreshold,
  measureAveragePrecision,
  measureConfusionBoxes,
  measureConfusionLabels,
  measureConfusionMatrix,
  measureDeltaE,
  measureHistogram,
  measureIou,
  measureJointHistogram,
  measureLineProfile,
  measureListedPictures,
  measureMatch,
  measureMeanIou,
  measurePanopticQuality,
  measurePlot,
  measurePrCurve,
  measureRegionStatistics,
  measureSsim,
  measureSweep,
  modelCost,
  modelOnnx,
  modelTfjs,
  modelTflite,
  modelTiled,
  modelWeights,
  morphologyCompound,
  morphologyDilate,
  morphologyErode,
  morphologyHitOrMiss,
  networkActivations,
  networkAlbum,
  networkArchitecture,
  networkAttention,
  networkBlock,
  networkCompoundScaling,
  networkConv2d,
  networkDense,
  networkExport,
  networkFilters,
  networkFindRate,
  networkGradCam,
  networkInput,
  networkLayerActivation,
  networkLayerAttention,
  networkLayerConvolution,
  networkLayerFlatten,
  networkLayerJoin,
  networkLayerLinear,
  networkLayerMergePatches,
  networkLayerNorm,
  networkLayerPool,
  networkLayerResize,
  networkLayerShape,
  networkLayerSqueezeExcite,
  networkLayerTokens,
  networkLayerWeights,
  networkMaxPool,
  networkModernise,
  networkMultiplies,
  networkNearestFilter,
  networkReceptiveField,
  networkRoiAlign,
  networkRoiPool,
  networkRun,
  networkSummary,
  networkTest,
  networkTrain,
  networkTrainGan,
  networkWeights,
  poseBlazepose,
  poseBodyPoints,
  poseCocoPoints,
  poseCrops,
  poseHandPoints,
  poseHands,
  poseMovenet,
  poseTogether,
  restoreHoleMask,
  restoreInpaint,
  restoreUpscale,
  segmentColours,
  segmentComponents,
  segmentCutOut,
  segmentDeeplab,
  segmentDistance,
  segmentFelzenszwalb,
  segmentFloodFill,
  segmentFromImage,
  segmentModnet,
  segmentPanopticMerge,
  segmentPasteMasks,
  segmentSam2,
  segmentSam2Masks,
  segmentSam2Prompts,
  segmentToLabels,
  segmentToMask,
  segmentU2netp,
  segmentWatershed,
  segmentYoloMasks,
  splatBrush,
  splatCrop,
  splatDecimate,
  splatFilter,
  splatFilterColour,
  splatFromPoints,
  splatFromRgbd,
  splatLoad,
  splatMerge,
  splatProcedural,
  splatRemoveFloaters,
  splatRender,
  splatSave,
  splatShare,
  splatStatistics,
  splatTrain,
  splatTransform,
  tensorCompare,
  tensorDenormalise,
  tensorFlatten,
  tensorInspect,
  tensorNormalise,
  tensorStack,
  tensorToImage,
  tensorView,
  textDecode,
  textDetect,
  textLines,
  textRead,
  textRegions,
]
