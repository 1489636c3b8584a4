/** The reference, `TOKEN ROOT`: a bare grammY bot that says back what is written. */
import { Bot } from 'grammy'

const [token = '', apiRoot = ''] = process.argv.slice(2)
const bot = new Bot(token, { client: { apiRoot } })
bot.on('message:text', (ctx) => ctx.reply(ctx.message.text))
await bot.start()
