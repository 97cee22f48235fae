/**
 * A server answered and does not let us in: wrong password, no such database, too many clients, a replica, still loading.
 * Nothing was asked of it, so this says nothing about any command that waited.
 */
export class RefusedConnection extends Error {
  override readonly name = 'RefusedConnection'
}
