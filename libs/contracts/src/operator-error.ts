/** Something that whoever runs Plaza can put right: its message is one plain sentence, and a stack would only hide it. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly isForOperator = true;
}
