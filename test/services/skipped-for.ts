/**
 * Whether tests are skipped for the lack of a server; the reason is printed. Under REQUIRE_SERVICES=1 nothing is
 * skipped, and they fail.
 */
export function skippedFor(missing: string | undefined): boolean {
  if (missing === undefined || process.env.REQUIRE_SERVICES === '1') return false
  console.log(`skipped: ${missing}`)
  return true
}
