/** The formats that `detect/decode` knows, one file each. */
import type { DecodeFormat } from '../../decode.ts'
import { centernet } from './centernet.ts'
import { detr } from './detr.ts'
import { fastestdet } from './fastestdet.ts'
import { fcos } from './fcos.ts'
import { retinanet } from './retinanet.ts'
import { rows } from './rows.ts'
import { rpn } from './rpn.ts'
import { ssd } from './ssd.ts'
import { ssdRaw } from './ssd-raw.ts'
import { yolov3 } from './yolov3.ts'
import { yolov5 } from './yolov5.ts'
import { yolov8 } from './yolov8.ts'
import { yolox } from './yolox.ts'

export const formatNames = [
  'ssd',
  'ssd-raw',
  'retinanet',
  'fcos',
  'rpn',
  'yolov3',
  'yolov5',
  'yolov8',
  'yolox',
  'fastestdet',
  'detr',
  'centernet',
  'rows',
] as const
export type FormatName = (typeof formatNames)[number]

export const formats: Readonly<Record<FormatName, DecodeFormat>> = {
  ssd,
  'ssd-raw': ssdRaw,
  retinanet,
  fcos,
  rpn,
  yolov3,
  yolov5,
  yolov8,
  yolox,
  fastestdet,
  detr,
  centernet,
  rows,
}

/** One property of every format. */
export const ofFormats = <T>(pick: (format: DecodeFormat) => T): Readonly<Record<FormatName, T>> =>
  Object.fromEntries(formatNames.map((name) => [name, pick(formats[name])])) as Record<FormatName, T>
