import { conform } from '../../../host/testing/conform.ts'
import { hysteresis } from './hysteresis.ts'
import { nonMaximum } from './non-maximum.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { nonMaximum, hysteresis }, samples)
