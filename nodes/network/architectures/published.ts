/**
 * What was published of the architectures, where nothing else is said by torchvision: top-1 accuracy on ImageNet-1k of its first
 * weights (IMAGENET1K_V1, metadata of torchvision 0.14), mean IoU on VOC's 21 classes (COCO_WITH_VOC_LABELS_V1), and its billions of
 * multiply-adds (docs of torchvision 0.15 and later, "GFLOPS"). One measured recipe a network: newer recipes give several points more.
 */
export interface Published {
  /** Of the paper. */
  readonly year: number
  /** In %. */
  readonly top1?: number
  /** Mean intersection over union, in %. */
  readonly miou?: number
  /** Billions of multiply-adds for one picture of the network's own size. */
  readonly gmacs?: number
  /** Where the numbers are from. Absent: torchvision. */
  readonly from?: string
}

export const published: Readonly<Record<string, Published>> = {
  lenet5: { year: 1998 },
  alexnet: { year: 2012, top1: 56.522, gmacs: 0.714 },
  vgg11: { year: 2014, top1: 69.02, gmacs: 7.609 },
  vgg11_bn: { year: 2014, top1: 70.37, gmacs: 7.609 },
  vgg13: { year: 2014, top1: 69.928, gmacs: 11.308 },
  vgg13_bn: { year: 2014, top1: 71.586, gmacs: 11.308 },
  vgg16: { year: 2014, top1: 71.592, gmacs: 15.47 },
  vgg16_bn: { year: 2014, top1: 73.36, gmacs: 15.47 },
  vgg19: { year: 2014, top1: 72.376, gmacs: 19.632 },
  vgg19_bn: { year: 2014, top1: 74.218, gmacs: 19.632 },
  googlenet: { year: 2014, top1: 69.778, gmacs: 1.498 },
  resnet18: { year: 2015, top1: 69.758, gmacs: 1.814 },
  resnet34: { year: 2015, top1: 73.314, gmacs: 3.664 },
  resnet50: { year: 2015, top1: 76.13, gmacs: 4.089 },
  resnet101: { year: 2015, top1: 77.374, gmacs: 7.801 },
  resnet152: { year: 2015, top1: 78.312, gmacs: 11.514 },
  resnext50_32x4d: { year: 2017, top1: 77.618, gmacs: 4.23 },
  wide_resnet50_2: { year: 2016, top1: 78.468, gmacs: 11.398 },
  densenet121: { year: 2016, top1: 74.434, gmacs: 2.834 },
  densenet169: { year: 2016, top1: 75.6, gmacs: 3.36 },
  densenet201: { year: 2016, top1: 76.896, gmacs: 4.291 },
  densenet161: { year: 2016, top1: 77.138, gmacs: 7.728 },
  squeezenet1_0: { year: 2016, top1: 58.092, gmacs: 0.819 },
  squeezenet1_1: { year: 2016, top1: 58.178, gmacs: 0.349 },
  mobilenet_v2: { year: 2018, top1: 71.878, gmacs: 0.301 },
  mobilenet_v3_large: { year: 2019, top1: 74.042, gmacs: 0.217 },
  mobilenet_v3_small: { year: 2019, top1: 67.668, gmacs: 0.057 },
  shufflenet_v2_x0_5: { year: 2018, top1: 60.552, gmacs: 0.04 },
  shufflenet_v2_x1_0: { year: 2018, top1: 69.362, gmacs: 0.145 },
  shufflenet_v2_x1_5: { year: 2018, top1: 72.996, gmacs: 0.296 },
  shufflenet_v2_x2_0: { year: 2018, top1: 76.23, gmacs: 0.583 },
  efficientnet_b0: { year: 2019, top1: 77.692, gmacs: 0.386 },
  efficientnet_b1: { year: 2019, top1: 78.642, gmacs: 0.687 },
  efficientnet_b2: { year: 2019, top1: 80.608, gmacs: 1.088 },
  efficientnet_b3: { year: 2019, top1: 82.008, gmacs: 1.827 },
  efficientnet_b4: { year: 2019, top1: 83.384, gmacs: 4.394 },
  efficientnet_b5: { year: 2019, top1: 83.444, gmacs: 10.266 },
  efficientnet_b6: { year: 2019, top1: 84.008, gmacs: 19.068 },
  efficientnet_b7: { year: 2019, top1: 84.122, gmacs: 37.746 },
  efficientnet_v2_s: { year: 2021, top1: 84.228, gmacs: 8.366 },
  efficientnet_v2_m: { year: 2021, top1: 85.112, gmacs: 24.582 },
  vit_b_16: { year: 2020, top1: 81.072, gmacs: 17.564 },
  vit_b_32: { year: 2020, top1: 75.912, gmacs: 4.409 },
  vit_l_16: { year: 2020, top1: 79.662, gmacs: 61.555 },
  vit_l_32: { year: 2020, top1: 76.972, gmacs: 15.378 },
  vit_h_14: {
    year: 2020,
    top1: 85.708,
    gmacs: 167.295,
    from: 'torchvision, pre-trained on 3.6 billion pictures (SWAG)',
  },
  convnext_tiny: { year: 2022, top1: 82.52, gmacs: 4.456 },
  convnext_small: { year: 2022, top1: 83.616, gmacs: 8.684 },
  convnext_base: { year: 2022, top1: 84.062, gmacs: 15.355 },
  convnext_large: { year: 2022, top1: 84.414, gmacs: 34.361 },
  swin_t: { year: 2021, top1: 81.474, gmacs: 4.491 },
  swin_s: { year: 2021, top1: 83.196, gmacs: 8.741 },
  swin_b: { year: 2021, top1: 83.582, gmacs: 15.431 },
  unet: { year: 2015 },
  mobilenet_v1: { year: 2017, top1: 70.6, gmacs: 0.569, from: 'Howard et al. 2017' },
  vit_ti_16: { year: 2020, top1: 72.2, from: 'Touvron et al. 2021, DeiT-Ti, which is the same network' },
  vit_s_16: { year: 2020, top1: 79.8, from: 'Touvron et al. 2021, DeiT-S, which is the same network' },
  deit_ti_16: { year: 2021, top1: 74.5, from: 'Touvron et al. 2021' },
  deit_s_16: { year: 2021, top1: 81.2, from: 'Touvron et al. 2021' },
  deit_b_16: { year: 2021, top1: 83.4, from: 'Touvron et al. 2021' },
  segformer_b0: { year: 2021, miou: 37.4, from: 'Xie et al. 2021, on ADE20K; 8.4 G for its 150 classes' },
  fcn_resnet50: { year: 2015, miou: 60.5 },
  fcn_resnet101: { year: 2015, miou: 63.7 },
  deeplabv3_resnet50: { year: 2017, miou: 66.4 },
  deeplabv3_resnet101: { year: 2017, miou: 67.4 },
}
