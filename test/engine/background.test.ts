import { expect, test } from 'vitest'
import { createBackground } from '#engine/background.ts'
import { until } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'

const never = (): Promise<void> => new Promise(() => {})

test('work begins after who asked for it has gone on, and a fault of it harms nobody', async () => {
  const background = createBackground({ logger: quiet })
  const steps: string[] = []
  background.run('broken', () => Promise.reject(new Error('as expected')))
  background.run('whole', async () => void steps.push('worked'))
  steps.push('went on')
  await until(async () => (steps.length === 2 ? true : undefined))
  expect(steps).toEqual(['went on', 'worked'])
  await background.stop(1_000)
})

test('a flood is not begun, and goes on to be taken when it has passed', async () => {
  const background = createBackground({ logger: quiet })
  const gate = Promise.withResolvers<void>()
  let begun = 0
  const count = async (): Promise<void> => {
    begun++
    await gate.promise
  }
  for (let n = 0; n < 500; n++) background.run('one of many', count)
  await until(async () => (begun >= 200 ? true : undefined))
  expect(begun).toBe(200)
  gate.resolve()
  await until(async () => {
    background.run('another', count)
    return begun > 200 ? true : undefined
  })
  await background.stop(1_000)
})

test('a stop tells what runs, waits no longer than its grace, and begins nothing more', async () => {
  const background = createBackground({ logger: quiet })
  const stopped = Promise.withResolvers<string>()
  background.run('patient', async (signal) => {
    signal.addEventListener('abort', () => stopped.resolve('told'))
  })
  background.run('stubborn', never)
  await new Promise(setImmediate)
  await background.stop(20)
  expect(await stopped.promise).toBe('told')
  let begun = false
  background.run('late', async () => {
    begun = true
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(begun).toBe(false)
})
