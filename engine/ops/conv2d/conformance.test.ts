import { conform } from '../../../host/testing/conform.ts'
import { conv2d } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { conv2d }, samples)
