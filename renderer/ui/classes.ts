/** Class names that are there, as one string. */
export const classes = (...names: (string | false | undefined)[]): string => names.filter(Boolean).join(' ')
