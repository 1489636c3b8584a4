import type { MediaTarget } from '../target.ts'

type MediaType = MediaTarget['media']

const EXTENSIONS: Readonly<Record<MediaType, readonly string[]>> = {
  video: ['mp4', 'webm', 'ogv', 'mov', 'm4v'],
  audio: ['mp3', 'ogg', 'oga', 'wav', 'm4a', 'flac', 'aac', 'opus'],
  image: ['jpg', 'jpeg', 'png', 'gif', 'webp', 'avif', 'svg'],
}

const MEDIA_OF = new Map(
  Object.entries(EXTENSIONS).flatMap(([media, extensions]) =>
    extensions.map((extension) => [extension, media as MediaType] as const),
  ),
)

/** What a browser would play at the URL, by its path's extension, or undefined. */
export function mediaOf(url: URL): MediaType | undefined {
  const extension = /\.([a-z0-9]{2,5})$/i.exec(url.pathname)?.[1]
  return extension === undefined ? undefined : MEDIA_OF.get(extension.toLowerCase())
}
