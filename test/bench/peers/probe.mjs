// Loaded into a gateway under measurement: says how much memory is in use once what is garbage has gone.
process.on('message', (message) => {
  if (message !== 'memory') return;
  globalThis.gc?.();
  globalThis.gc?.();
  process.send({ memory: process.memoryUsage() });
});
process.channel?.unref();
