-- SPDX-License-Identifier: MIT
package.cpath = './?.so'
local add = require 'counter'
print(add(40), add(2), pcall(add, -1))
print(pcall(require, 'nothing') == false, package.loadlib('./missing.so', 'f'))
print(string.format('%q %5.2f', 'x\n', math.pi), table.concat({1, 2, 3}, ','))
