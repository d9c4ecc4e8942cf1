import { conform } from '../../../host/testing/conform.ts'
import { houghLines } from './lines.ts'
import { samples } from './samples.ts'
import { houghSegments } from './segments.ts'

conform(import.meta.dirname, { houghLines, houghSegments }, samples)
