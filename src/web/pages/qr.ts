import QRCode from 'qrcode'
import { type Html, html } from './html.ts'

/** Modules of white around it, by the standard. */
const QUIET_ZONE = 4

/** A QR code as inline SVG, dark on white whatever the colour scheme: cameras want it so. */
export function qrSvg(text: string, label: string): Html {
  const { data, size } = QRCode.create(text, { errorCorrectionLevel: 'M' }).modules
  let path = ''
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (data[y * size + x]) path += `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h1v1h-1z`
    }
  }
  const side = size + 2 * QUIET_ZONE
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges"><rect width="${side}" height="${side}" fill="#fff"/><path fill="#000" d="${path}"/></svg>`
}
