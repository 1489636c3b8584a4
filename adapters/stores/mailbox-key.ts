/** What mailboxes are compared by. */
export function mailboxKey(mailbox: string): string {
  return mailbox.toLowerCase()
}
