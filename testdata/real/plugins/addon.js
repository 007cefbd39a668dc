// SPDX-License-Identifier: MIT
const addon = require(process.cwd() + '/addon.node'), { Worker } = require('worker_threads');
console.log(addon.greet(), addon.greet());
new Worker(`console.log(require('${process.cwd()}/addon.node').greet())`, { eval: true })
  .on('error', error => console.log(/did not self-register/.test(error.message) ? 'refused' : error.message));
try { require('./missing.node') } catch (error) { console.log(error.code) }
