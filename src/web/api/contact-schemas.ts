import { z } from 'zod'

const name = z.string().meta({ description: 'Unique in the book', example: 'Mum' })
const addresses = z
  .array(z.string())
  .meta({ description: 'In order', example: ['bob@example.org'] })
const use = z
  .enum(['first', 'all'])
  .meta({ description: 'The first reachable address, or every one' })
const members = z.array(z.string()).meta({ description: "A group's contacts and recipients" })

export const contactSchema = z
  .object({ id: z.string(), kind: z.enum(['person', 'group']), name, addresses, use, members })
  .meta({ id: 'Contact' })

export const contactListSchema = z
  .object({ contacts: z.array(contactSchema) })
  .meta({ id: 'ContactList' })

export const contactRequestSchema = z
  .strictObject({
    kind: z.enum(['person', 'group']).default('person'),
    name,
    addresses: addresses.optional(),
    use: use.optional(),
    members: members.optional(),
  })
  .meta({ id: 'ContactRequest' })

export type ContactJson = z.output<typeof contactSchema>
