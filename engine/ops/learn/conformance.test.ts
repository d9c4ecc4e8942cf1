import { conform } from '../../../host/testing/conform.ts'
import { nearestCentres } from './centres.ts'
import { gram } from './gram.ts'
import { samples } from './samples.ts'
import { linearSvm } from './svm.ts'

conform(import.meta.dirname, { nearestCentres, gram, linearSvm }, samples)
