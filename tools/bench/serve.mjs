// The child's side of children.mjs: answers the calls of the process that started it and ends with it.

/** `make(options)` resolves to the methods that can be called; one named `close` is called before the end, however that comes. */
export async function serve(make) {
  // Closed by its parent, or its parent is gone: either way nobody asks any more.
  const left = new Promise((resolve) => process.once('disconnect', resolve));
  const methods = await make(JSON.parse(process.argv[2]));
  process.on('message', async ({ id, method, argument }) => {
    const answer = await Promise.resolve(argument).then(methods[method]).then((result) => ({ id, result }), (error) => ({ id, error: error.stack }));
    if (process.connected) process.send(answer);
  });
  void left.then(async () => {
    await methods.close?.();
    process.exit(0);
  });
  if (process.connected) process.send({ result: 'ready' });
}
