/**
 * Whether a text may need cutting off. Only then does it get a clip: what the browser clips it also paints apart, and a canvas
 * of nodes has hundreds of texts.
 */
export const isLong = (text: string, limit: number): true | undefined => (text.length > limit ? true : undefined)
