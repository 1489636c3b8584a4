/** Linking chats and accounts: why something was refused, and what to do. */
export const link = {
  'link.fault.gone': 'This link has been used or is too old. Begin again.',
  'link.fault.another': 'Somebody else has opened this link. Begin again with a new one.',
  'link.fault.already': 'These two are linked already: there is nothing to do.',
  'link.fault.moves':
    'This chat is linked to another account. Begin again, and agree to move it first.',
  'link.fault.moved': 'This chat was linked to another account meanwhile. Begin again.',
  'link.fault.noPin': 'No PIN is waited for here. Open the link first, or begin again.',
  'link.fault.pinShape': 'The PIN has six digits.',
  'link.fault.pin':
    '{left, plural, =0 {That was not the PIN, and the last try. Begin again.} one {That was not the PIN. One try is left.} other {That was not the PIN. # tries are left.}}',
  'link.fault.tries': 'Too many PINs were tried. Try again in some hours.',
  'link.fault.often': 'That was often. Wait a little, then try again.',
  'link.fault.noSignUp':
    'Accounts are not made from chats here. Ask whoever runs this service for an invitation.',
  'link.fault.noOperator': 'This service is still being set up. Try again later.',
} as const
