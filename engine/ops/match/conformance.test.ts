import { conform } from '../../../host/testing/conform.ts'
import { matchFeatures } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { matchFeatures }, samples)
