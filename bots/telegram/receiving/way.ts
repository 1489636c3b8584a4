import type { Api } from 'grammy'
import { UPDATES } from '../reading/read-update.ts'
import type { WebhookConfig } from './webhook.ts'

type Asked = Pick<Api, 'getWebhookInfo' | 'setWebhook' | 'deleteWebhook'>

/** Telegram brings updates, or is asked for them: what was set for the other way is taken back. */
export async function chooseWay(api: Asked, webhook: WebhookConfig | null): Promise<void> {
  if (webhook) {
    // What it has of the secret Telegram does not say.
    const options = { secret_token: webhook.secret(), allowed_updates: UPDATES }
    await api.setWebhook(webhook.url, options)
    return
  }
  const { url = '' } = await api.getWebhookInfo()
  if (url !== '') await api.deleteWebhook()
}
