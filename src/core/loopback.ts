/**
 * Whether a URL leads to the machine that opens it: nobody else can follow it, and platforms refuse it in
 * buttons. What is no URL leads nowhere else either.
 */
export function isLoopback(url: string): boolean {
  const hostname = URL.parse(url)?.hostname ?? 'localhost'
  return /^(localhost|.*\.localhost|127\.[\d.]+|\[::1\])\.?$/.test(hostname)
}
