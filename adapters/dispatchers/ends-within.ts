/** Waits for an ending, but no longer than `ms`. True: it ended in time; what it threw is thrown. */
export async function endsWithin(ms: number, ending: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  const inTime = await Promise.race([ending.then(() => true), late])
  clearTimeout(timer)
  return inTime
}
