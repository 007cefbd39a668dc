# SPDX-License-Identifier: MIT
#
# Allocates in threads, and says which preloaded modules are in the process.
import json, re, ssl, threading
maps = open('/proc/self/maps').read()
print(sorted(set(re.findall('jemalloc|tcmalloc|mimalloc|eatmydata|faketime|fakeroot', maps))))
sums = []
def work(n): sums.append(sum(len(bytes(k)) for k in range(n, 2000, 7)))
threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
print(sorted(sums))
