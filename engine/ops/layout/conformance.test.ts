import { conform } from '../../../host/testing/conform.ts'
import { channel, merge } from './channels.ts'
import { crop } from './crop.ts'
import { flatten } from './flatten.ts'
import { samples } from './samples.ts'
import { toImage, toTensor } from './tensor.ts'

conform(import.meta.dirname, { crop, channel, merge, flatten, toTensor, toImage }, samples)
