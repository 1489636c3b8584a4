// For mongosh, as the healthcheck of docker-compose.yml: makes the replica set of this one server when there is none,
// and is content once the server takes writes.
try {
  rs.status()
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error
  rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] })
}
quit(db.hello().isWritablePrimary ? 0 : 1)
