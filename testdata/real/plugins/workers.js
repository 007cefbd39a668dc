// SPDX-License-Identifier: MIT
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
if (!isMainThread) {
  const shared = new Int32Array(workerData.shared);
  for (let i = 0; i < 1000; ++i) Atomics.add(shared, 0, 1);
  parentPort.postMessage(require('crypto').createHash('md5').update(String(workerData.n)).digest('hex'));
  if (workerData.n === 3) throw new Error('thrown by a worker');
} else {
  const shared = new SharedArrayBuffer(4), results = [];
  let left = 4;
  for (let n = 0; n < 4; ++n) {
    const worker = new Worker(__filename, { workerData: { n, shared } });
    worker.on('message', text => results.push(text));
    worker.on('error', error => results.push(error.message));
    worker.on('exit', () => { if (--left === 0) console.log(results.sort().join('\n'), new Int32Array(shared)[0]); });
  }
}
