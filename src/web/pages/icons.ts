import { type Html, html, trusted } from './html.ts'

/** Outlines on a 24 × 24 grid, drawn with the text's own colour. Each stands beside words, never alone. */
const SHAPES = {
  link: '<path d="M4 12h9"/><path d="m10 7 5 5-5 5"/><circle cx="19" cy="12" r="2"/>',
  clock: '<circle cx="12" cy="12" r="8"/><path d="M12 8v4l3 2"/>',
  sending: '<path d="m4 12 16-8-5 16-4-6z"/><path d="m11 14 9-10"/>',
  sent: '<path d="m5 13 4 4L19 7"/>',
  delivered: '<path d="m2 13 4 4L16 7"/><path d="m12 16 1 1L22 7"/>',
  opened:
    '<path d="M2 12s4-6 10-6 10 6 10 6-4 6-10 6S2 12 2 12z"/><circle cx="12" cy="12" r="2.5"/>',
  failed: '<circle cx="12" cy="12" r="8"/><path d="M12 8v5"/><path d="M12 16v.01"/>',
  stopped: '<circle cx="12" cy="12" r="8"/><path d="m6.5 6.5 11 11"/>',
  kept: '<path d="M4 13h5l1 2h4l1-2h5"/><path d="M6 5h12l2 8v6H4v-6z"/>',
  question:
    '<circle cx="12" cy="12" r="8"/><path d="M9.8 9.8a2.3 2.3 0 1 1 3 2.7c-.6.3-.8.7-.8 1.3"/><path d="M12 16.5v.01"/>',
  warning: '<path d="M12 4 2.5 20h19z"/><path d="M12 10v4"/><path d="M12 17v.01"/>',
  phone:
    '<path d="M6 3h4l1.5 5L9 9.5a12 12 0 0 0 5.5 5.5L16 12.5l5 1.5v4a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z"/>',
  mail: '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m4 7 8 6 8-6"/>',
  chat: '<path d="M4 5h16v11H10l-5 4v-4H4z"/>',
  hash: '<path d="M9 4 7 20"/><path d="m17 4-2 16"/><path d="M4.5 9h16"/><path d="M3.5 15h16"/>',
  brackets:
    '<path d="M6 4H3v16h3"/><path d="M18 4h3v16h-3"/><path d="M8 16v-6"/><path d="M8 11.5a2 2 0 0 1 4 0V16"/><path d="M12 11.5a2 2 0 0 1 4 0V16"/>',
  terminal:
    '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m7 10 3 2-3 2"/><path d="M13 15h4"/>',
  person: '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-5 4-7 8-7s8 2 8 7"/>',
} as const
export type IconName = keyof typeof SHAPES

export function icon(name: IconName): Html {
  return html`<svg class="icon" aria-hidden="true" viewBox="0 0 24 24">${trusted(SHAPES[name])}</svg>`
}
