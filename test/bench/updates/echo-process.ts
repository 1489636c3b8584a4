/** The reference, `TOKEN ROOT`: a bare grammY bot that says back what is pressed. */
import { Bot } from 'grammy'

const [token = '', apiRoot = ''] = process.argv.slice(2)
const bot = new Bot(token, { client: { apiRoot } })
bot.on('callback_query:data', (ctx) => ctx.answerCallbackQuery(ctx.callbackQuery.data))
await bot.start()
