import type { z } from 'zod'

/** What is wrong at one place of a description, in sentences that name the place. */
export function descriptionFaults(issue: z.core.$ZodIssue): readonly string[] {
  const place = placeOf(issue.path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => `${place} has nothing called "${key}".`)
    case 'invalid_type':
      return [
        issue.input === undefined
          ? `${place} is missing: it must be ${typeName(issue.expected)}.`
          : `${place} must be ${typeName(issue.expected)}.`,
      ]
    case 'invalid_value':
      return [`${place} must be one of ${issue.values.map(String).join(', ')}.`]
    case 'too_small':
      return [`${place} must be at least ${issue.minimum}.`]
    case 'too_big':
      return [`${place} must be at most ${issue.maximum}.`]
    case 'invalid_union':
      return unionFaults(issue, place)
    default:
      return [`${place} ${issue.message}.`]
  }
}

/** What was found wrong in the kind that was meant says more than that it is none of them. */
function unionFaults(issue: z.core.$ZodIssueInvalidUnion, place: string): readonly string[] {
  const told = issue.errors.flat().filter(({ code }) => TELLING.has(code))
  if (told.length > 0) {
    return told.flatMap((inner) =>
      descriptionFaults({ ...inner, path: [...issue.path, ...inner.path] }),
    )
  }
  const ours = issue.message.startsWith('must')
  return [`${place} ${ours ? issue.message : 'is of no kind that it may be'}.`]
}

/** Said by this schema itself, and so of the kind that was meant. */
const TELLING: ReadonlySet<string> = new Set(['custom', 'invalid_format'])

function placeOf(path: readonly PropertyKey[]): string {
  const place = path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : `${text}${text && '.'}${String(key)}`,
    '',
  )
  return place === '' ? 'The file' : place
}

function typeName(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'an object',
    record: 'an object',
    array: 'a list',
  }
  return names[expected] ?? expected
}
