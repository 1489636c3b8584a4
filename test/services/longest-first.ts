import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Of minutes each, mostly waiting: the other files go on beside them. */
const LONGEST = ['/test/faults/fleet.test.ts']

/** Begins with the longest files, so that no run ends with one of them alone. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONGEST.some((file) => moduleId.endsWith(file))
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}
