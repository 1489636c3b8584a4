/** Documents in one call: so few that a busy server is through with them long before the call is given up. */
export const PORTION = 500

/** Cuts what is written into as many calls as it takes; each is given the whole time of a call. */
export function portionsOf<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(all.length / size)
  return Array.from({ length: count }, (_, i) => all.slice(i * size, (i + 1) * size))
}
