/** The given class names, without the missing ones, as one string. */
export const classes = (...names: (string | false | undefined)[]): string => names.filter(Boolean).join(' ')
