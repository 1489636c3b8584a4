/** Visits and their classes; the rules of classification follow in this folder's functions. */
export const VISIT_CLASSES = ['human', 'preview', 'prefetch', 'scanner', 'own'] as const
export type VisitClass = (typeof VISIT_CLASSES)[number]

/** How many visits there were of each class. */
export type VisitCounts = Readonly<Record<VisitClass, number>>
