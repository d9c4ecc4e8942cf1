/**
 * Whether a text may need to be cut off. Only then is it clipped: each clip becomes a paint layer, and the canvas has hundreds
 * of texts.
 */
export const isLong = (text: string, limit: number): true | undefined => (text.length > limit ? true : undefined)
