import { conform } from '../../../host/testing/conform.ts'
import { fastCorners } from './corners.ts'
import { orbFeatures } from './features.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { fastCorners, orbFeatures }, samples)
