/** How far the cursor must go, and how much room there is. */
export interface Surface {
  write(text: string): void
  /** Of the screen; null: the cursor cannot be moved, so that what changes is printed again. */
  size(): { readonly columns: number; readonly rows: number } | null
  /** The prompt, which stands below everything. */
  readonly prompt: {
    /** Its rows above the cursor, and in all. */
    rows(): { readonly above: number; readonly all: number }
    /** Draws it again, with what is being typed, where the cursor stands. */
    draw(): void
  }
}

interface Block {
  /** Null: what never changes. */
  readonly key: string | null
  readonly rows: readonly string[]
}

/** What was printed above the prompt, as far as it can still be changed there. */
export interface Sheet {
  /** Prints a block, or puts it in the place of the one of that key. */
  put(key: string | null, rows: readonly string[]): void
  /** Changes a block where it stands; one that cannot be reached stays as it is. */
  touch(key: string, rows: readonly string[]): void
  /** The person's own line has come to stand above the prompt. */
  entered(rows: readonly string[]): void
  /** Takes the person's own line away again; it stands right above the prompt, so many rows high. */
  withdraw(rows: number): void
  /** Nobody knows any more where on the screen things are: from here on they are printed anew. */
  lose(): void
}

/** No screen is higher. */
const MAX_ROWS = 500
const CLEAR_BELOW = '\x1b[J'

/** Rows must be narrower than the screen, without controls but those of colours and links. */
export function createSheet({ write, size, prompt }: Surface): Sheet {
  let blocks: readonly Block[] = []
  let isDrawn = false

  /** Prints the blocks from the nth on again, the cursor being in the prompt. */
  function reprint(from: number, next: readonly Block[]): void {
    const rows = next.slice(from).flatMap((block) => block.rows)
    write(toTheStartOf(blocks.slice(from)) + rows.map((row) => `${row}\n`).join(''))
    blocks = lastRows(next)
    draw()
  }

  function toTheStartOf(printed: readonly Block[]): string {
    if (size() === null) return isDrawn ? '\n' : ''
    const up = prompt.rows().above + heightOf(printed)
    return `\r${up > 0 ? `\x1b[${up}A` : ''}${CLEAR_BELOW}`
  }

  function draw(): void {
    isDrawn = true
    prompt.draw()
  }

  function indexOf(key: string | null): number {
    return key === null ? -1 : blocks.findIndex((block) => block.key === key)
  }

  function isReachable(index: number): boolean {
    const screen = size()
    if (screen === null || index < 0) return false
    return heightOf(blocks.slice(index)) + prompt.rows().all <= screen.rows
  }

  /** False: it cannot be reached. */
  function change(key: string | null, rows: readonly string[]): boolean {
    const index = indexOf(key)
    if (isSame(blocks[index]?.rows, rows)) return true
    if (!isReachable(index)) return false
    reprint(index, blocks.with(index, { key, rows }))
    return true
  }

  return {
    put(key, rows) {
      if (change(key, rows)) return
      blocks = blocks.map((block) => (block.key === key ? { ...block, key: null } : block))
      reprint(blocks.length, [...blocks, { key, rows }])
    },
    touch(key, rows) {
      change(key, rows)
    },
    entered(rows) {
      blocks = lastRows([...blocks, { key: null, rows }])
      draw()
    },
    withdraw(rows) {
      if (size() !== null) write(`\x1b[${rows}A\r${CLEAR_BELOW}`)
      draw()
    },
    lose() {
      blocks = []
    },
  }
}

function heightOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + block.rows.length, 0)
}

function lastRows(blocks: readonly Block[]): readonly Block[] {
  let first = blocks.length
  for (let height = 0; first > 0 && height < MAX_ROWS; first -= 1) {
    height += blocks[first - 1]?.rows.length ?? 0
  }
  return blocks.slice(first)
}

function isSame(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((row, i) => row === b[i])
}
