import { InputFile } from 'grammy'
import QRCode from 'qrcode'

/** A picture of the code, large enough to be taken off a screen. */
export async function qrPicture(text: string): Promise<InputFile> {
  const options = { type: 'png', errorCorrectionLevel: 'M', margin: 3, width: 600 } as const
  return new InputFile(await QRCode.toBuffer(text, options), 'qr.png')
}
