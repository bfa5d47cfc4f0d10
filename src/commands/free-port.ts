import { createServer } from 'node:net'

/** The wished-for port if it is free on loopback, else any free one. */
export async function freePort(wished: number): Promise<number> {
  const taken = (port: number): Promise<number | undefined> =>
    new Promise((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(undefined))
      server.listen(port, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined))
      })
    })
  const port = (await taken(wished)) ?? (await taken(0))
  if (port === undefined) throw new Error('no port is free on 127.0.0.1')
  return port
}
