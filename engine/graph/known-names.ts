/** The names in a table, as a problem lists them; one that reads like a count is quoted. Networks call inputs "0" and "input.1". */
export const knownNames = (table: object): string =>
  Object.keys(table)
    .map((name) => (/^\d+$/.test(name) ? `"${name}"` : name))
    .join(', ') || 'none'
