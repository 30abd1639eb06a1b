/** An error whose message is all that the operator needs: it is printed alone, without a stack. */
export class PlainError extends Error {
  override readonly name = 'PlainError';
}
