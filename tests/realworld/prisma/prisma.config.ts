// Lets the real Prisma run here without the engine binaries that it downloads: `engine: 'js'` is the same engine compiled to
// WebAssembly, and reaches the database through the driver adapter.
import { PrismaPg } from '@prisma/adapter-pg'
import Result from 'pg/lib/result.js'
import { defineConfig } from 'prisma/config'

// The adapter does not know the types "char", name and name[], which the engine's own catalog queries return: they are called
// char, text and text[].
const known = { 18: 1042, 19: 25, 1003: 1009 }
const addFields = Result.prototype.addFields
Result.prototype.addFields = function (fields) {
  for (const field of fields) field.dataTypeID = known[field.dataTypeID] ?? field.dataTypeID
  return addFields.call(this, fields)
}

// The adapter cuts a migration at every semicolon, function bodies too; the engine proper sends it as one message, as here.
const whole = (adapter) => Object.assign(adapter, { executeScript: (script) => adapter.client.query(script).then(() => {}) })

class Adapter extends PrismaPg {
  connect = async () => whole(await super.connect())
  connectToShadowDb = async () => whole(await super.connectToShadowDb())
}

const url = new URL(process.env.DATABASE_URL)

export default defineConfig({
  experimental: { adapter: true },
  engine: 'js',
  schema: 'prisma/schema.prisma',
  adapter: async () =>
    new Adapter({
      host: url.hostname,
      port: Number(url.port),
      user: url.username,
      database: url.pathname.slice(1),
      // `migrate dev` drops its shadow database before it closes the pool that used it: DROP DATABASE waits five seconds
      idleTimeoutMillis: 100,
    }),
})
