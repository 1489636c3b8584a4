/** Documents in one call: so few that a busy server is through with them long before the call is given up. */
const PORTION = 500

/** Cuts what is written into as many calls as it takes; each is given the whole time of a call. */
export function portionsOf<T>(all: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(all.length / PORTION)
  return Array.from({ length: count }, (_, i) => all.slice(i * PORTION, (i + 1) * PORTION))
}
