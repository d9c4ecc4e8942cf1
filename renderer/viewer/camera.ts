/**
 * The viewer's camera. Linked pictures share one: its centre is a fraction of the picture, so that pictures of different sizes
 * show the same place; its zoom is in device pixels per pixel of the first picture.
 * Everything here is in device pixels of the stage, or in pixels of a picture.
 */
export interface Size {
  readonly width: number
  readonly height: number
}
export interface Point {
  readonly x: number
  readonly y: number
}
export interface Rect extends Point, Size {}

export interface Camera {
  /** A fraction 0..1 of the picture. */
  readonly x: number
  readonly y: number
  /** `fit`: the whole picture, whatever the size of the stage. */
  readonly zoom: number | 'fit'
}

export const fitCamera: Camera = { x: 0.5, y: 0.5, zoom: 'fit' }
export const maxZoom = 96

const clamp = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v))

export const fitZoom = (stage: Size, picture: Size): number =>
  Math.min(maxZoom, stage.width / picture.width, stage.height / picture.height)

export const zoomOf = (camera: Camera, stage: Size, reference: Size): number =>
  camera.zoom === 'fit' ? fitZoom(stage, reference) : camera.zoom

/** A picture's rectangle on the stage. All pictures are as wide as the reference; their pixels are square. */
export function pictureRect(camera: Camera, stage: Size, reference: Size, picture: Size): Rect {
  const width = zoomOf(camera, stage, reference) * reference.width
  const height = (width * picture.height) / picture.width
  return { x: stage.width / 2 - camera.x * width, y: stage.height / 2 - camera.y * height, width, height }
}

/** The point of the picture under a point of the stage, as fractions; outside it they are below 0 or above 1. */
export function placeAt(rect: Rect, at: Point): Point {
  return { x: (at.x - rect.x) / rect.width, y: (at.y - rect.y) / rect.height }
}

/** Zooms by `factor`, keeping the given point in place. */
export function zoomedAt(camera: Camera, stage: Size, reference: Size, factor: number, at: Point): Camera {
  const old = zoomOf(camera, stage, reference)
  const zoom = clamp(old * factor, Math.min(old, fitZoom(stage, reference) / 4, 1), maxZoom)
  const shift = (centre: number, offset: number, side: number): number =>
    clamp(centre + (offset / side) * (1 / old - 1 / zoom), 0, 1)
  return {
    x: shift(camera.x, at.x - stage.width / 2, reference.width),
    y: shift(camera.y, at.y - stage.height / 2, reference.height),
    zoom,
  }
}

/** Moves the picture by device pixels. */
export function pannedBy(camera: Camera, stage: Size, reference: Size, dx: number, dy: number): Camera {
  const zoom = zoomOf(camera, stage, reference)
  return {
    x: clamp(camera.x - dx / (zoom * reference.width), 0, 1),
    y: clamp(camera.y - dy / (zoom * reference.height), 0, 1),
    zoom,
  }
}

export interface Wanted extends Size {
  /** In whole pixels of the picture; absent: all of it. */
  readonly region?: Rect
}

/** What to request: the visible part and `spare` device pixels around it, at no more than the resolution of the stage or of the picture. */
export function wantedPart(rect: Rect, stage: Size, picture: Size, spare = 0): Wanted | undefined {
  const scale = rect.width / picture.width
  const left = clamp(Math.floor((-rect.x - spare) / scale), 0, picture.width)
  const top = clamp(Math.floor((-rect.y - spare) / scale), 0, picture.height)
  const right = clamp(Math.ceil((stage.width + spare - rect.x) / scale), 0, picture.width)
  const bottom = clamp(Math.ceil((stage.height + spare - rect.y) / scale), 0, picture.height)
  if (right <= left || bottom <= top) return undefined
  const region = { x: left, y: top, width: right - left, height: bottom - top }
  const finest = Math.min(1, scale)
  const size = {
    width: clamp(Math.round(region.width * finest), 1, 8192),
    height: clamp(Math.round(region.height * finest), 1, 8192),
  }
  const whole = region.width === picture.width && region.height === picture.height
  return whole ? size : { ...size, region }
}

/** Whether a part that was requested does for `wanted` while the camera moves: it has all of it, at half the resolution or more. */
export function suffices(had: Wanted, wanted: Wanted, picture: Size): boolean {
  const all = { x: 0, y: 0, ...picture }
  const [a, b] = [had.region ?? all, wanted.region ?? all]
  const covers = a.x <= b.x && a.y <= b.y && a.x + a.width >= b.x + b.width && a.y + a.height >= b.y + b.height
  return covers && had.width / a.width >= (0.5 * wanted.width) / b.width
}

/** Whether a part of the picture covers all of it that is in sight. All in device pixels of the stage. */
export function hides(part: Rect, picture: Rect, stage: Size): boolean {
  const covers = (at: number, length: number, from: number, all: number, room: number): boolean =>
    at <= Math.max(0, Math.round(from)) && at + length >= Math.min(room, Math.round(from + all))
  return (
    covers(part.x, part.width, picture.x, picture.width, stage.width) &&
    covers(part.y, part.height, picture.y, picture.height, stage.height)
  )
}

/** The pixel at a position; undefined outside. */
export function pixelAt(place: Point, { width, height }: Size): Point | undefined {
  const x = Math.floor(place.x * width)
  const y = Math.floor(place.y * height)
  return x >= 0 && y >= 0 && x < width && y < height ? { x, y } : undefined
}

/** "100 %", "12.5 %": device pixels per pixel. */
export function zoomWords(zoom: number): string {
  const percent = zoom * 100
  return `${percent >= 100 ? Math.round(percent) : Number(percent.toPrecision(3))} %`
}
