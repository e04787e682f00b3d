/** A connection string that cannot be used. The message names the parameter and never quotes a value: it may be a piece of a password. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}
