/** What chapters 6.2 and 6.6 say of architectures in tables and lists, so that it can be compared with what is counted. */
export interface Claim {
  readonly name: string
  readonly of: 'parameters' | 'multiply-adds' | 'top-1' | 'said'
  readonly says: string
  /** The number that it stands for, in ones or %. Absent: it is none. */
  readonly value?: number
  /** What is wrong with it, or meant by it. Absent: it is right within its rounding. */
  readonly note?: string
}

export const chapterClaims: readonly Claim[] = [
  { name: 'lenet5', of: 'parameters', says: '60K', value: 60e3, note: '61,706 for its ten classes.' },
  {
    name: 'alexnet',
    of: 'parameters',
    says: '60M',
    value: 60e6,
    note: 'Of the paper’s two halves; torchvision’s is that of one GPU.',
  },
  { name: 'vgg16', of: 'parameters', says: '138M', value: 138e6 },
  { name: 'vgg19', of: 'parameters', says: '144M', value: 144e6 },
  {
    ...{ name: 'googlenet', of: 'parameters', says: '5M, 12 times fewer than AlexNet', value: 5e6 },
    note: 'A slip that many texts have: 6.6 M, 9 times fewer. The paper’s figure of 12 times fewer has no such count behind it.',
  },
  { name: 'resnet50', of: 'parameters', says: '25.6M', value: 25.6e6 },
  { name: 'resnet50', of: 'parameters', says: '25M (two tables)', value: 25e6, note: 'Cut off, not rounded: 26 M.' },
  {
    ...{ name: 'resnet50', of: 'multiply-adds', says: '4.1B FLOPs', value: 4.1e9 },
    note: 'Multiply-adds, as all figures called FLOPs there; as single operations it is 8.2 B.',
  },
  {
    name: 'resnet50',
    of: 'top-1',
    says: '76.1% and 76.0%',
    value: 76.1,
    note: 'Two figures for one network; torchvision’s first weights have 76.13.',
  },
  { name: 'resnet101', of: 'parameters', says: '44.5M', value: 44.5e6 },
  { name: 'resnet101', of: 'top-1', says: '77.4%', value: 77.4 },
  { name: 'resnet152', of: 'parameters', says: '60.2M', value: 60.2e6 },
  { name: 'resnet152', of: 'top-1', says: '78.3%', value: 78.3 },
  { name: 'efficientnet_b0', of: 'parameters', says: '5.3M', value: 5.3e6 },
  { name: 'efficientnet_b0', of: 'multiply-adds', says: '0.39B FLOPs', value: 0.39e9 },
  { name: 'efficientnet_b3', of: 'parameters', says: '12M', value: 12e6 },
  { name: 'efficientnet_b3', of: 'multiply-adds', says: '1.8B FLOPs', value: 1.8e9 },
  { name: 'efficientnet_b7', of: 'parameters', says: '66M', value: 66e6 },
  {
    name: 'efficientnet_b7',
    of: 'multiply-adds',
    says: '37B FLOPs',
    value: 37e9,
    note: 'The paper’s figure; counted it is 37.7 B.',
  },
  { name: 'efficientnet_v2_m', of: 'parameters', says: '54M', value: 54e6 },
  { name: 'efficientnet_v2_m', of: 'top-1', says: '85.1%', value: 85.1 },
  { name: 'vit_ti_16', of: 'parameters', says: '5.7M', value: 5.7e6 },
  { name: 'vit_s_16', of: 'parameters', says: '22M', value: 22e6 },
  { name: 'vit_b_16', of: 'parameters', says: '86M', value: 86e6, note: 'Cut off, as in the paper: 86.6 M.' },
  {
    ...{ name: 'vit_b_16', of: 'said', says: 'ViT-Base/16 81.8%' },
    note: 'A slip: that is DeiT-B, the same network trained in another way. ViT-B/16 of the paper, on ImageNet-1k alone, has 77.9.',
  },
  {
    name: 'vit_l_16',
    of: 'parameters',
    says: '307M',
    value: 307e6,
    note: 'The paper’s figure; counted with 1000 classes and pictures of 224 it is 304 M.',
  },
  {
    ...{ name: 'vit_l_16', of: 'said', says: 'ViT-Large 77.9% on ImageNet-1k, worse than ResNet-50 (76.1%)' },
    note: 'A slip: 77.9 is not less than 76.1, and it is ViT-Base; ViT-L/16 has 76.5 there.',
  },
  {
    ...{ name: 'vit_l_16', of: 'said', says: 'ViT-L/16 (MAE) 87.8%' },
    note: 'A slip: 87.8 is ViT-H at 448 pixels; ViT-L with MAE has 85.9.',
  },
  { name: 'vit_h_14', of: 'parameters', says: '632M', value: 632e6 },
  {
    ...{ name: 'deit_b_16', of: 'parameters', says: '86M', value: 86e6 },
    note: 'Without the distillation token and its head; with them 87.3 M.',
  },
  {
    ...{ name: 'deit_b_16', of: 'said', says: 'DeiT-Base, distilled: 81.8%' },
    note: 'A slip: 81.8 is DeiT-B without distillation; distilled it has 83.4.',
  },
  {
    ...{ name: 'deit_s_16', of: 'said', says: 'DeiT-S, distilled: 79.8%' },
    note: 'A slip: 79.8 is DeiT-S without distillation; distilled it has 81.2.',
  },
  { name: 'swin_b', of: 'parameters', says: '88M', value: 88e6 },
  {
    name: 'swin_b',
    of: 'top-1',
    says: '83.5%',
    value: 83.5,
    note: 'The paper’s figure; torchvision’s weights have 83.58.',
  },
  { name: 'convnext_base', of: 'parameters', says: '89M', value: 89e6 },
  {
    name: 'convnext_base',
    of: 'top-1',
    says: '83.8%',
    value: 83.8,
    note: 'The paper’s figure; torchvision’s weights have 84.06.',
  },
]
