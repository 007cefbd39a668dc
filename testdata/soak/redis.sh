# SPDX-License-Identifier: MIT
#
# A server with I/O threads under redis-benchmark, scripts in Lua, a snapshot, and a second start.
set -eu
start() {
  redis-server --port 0 --unixsocket "$PWD/socket" --save '' --dir "$PWD" --io-threads 2 \
    --daemonize yes --logfile "$PWD/log" --pidfile "$PWD/pid" --enable-debug-command yes >/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do [ -S socket ] || sleep 0.2; done
}
ask() { redis-cli -s socket "$@"; }
trap 'ask shutdown nosave 2>/dev/null || :' EXIT
start
ask ping
redis-benchmark -s socket -n 3000 -c 20 -q -t ping,set,get,incr,lpush,rpop,sadd,hset,zadd,lrange_100,mset |
  tr '\r' '\n' | grep -c 'requests per second'
ask set key value
ask eval 'local sum = 0; for i = 1, 1000 do sum = sum + i end; return {sum, redis.call("get", KEYS[1]), cjson.encode({a = 1}), redis.sha1hex("x")}' 1 key
ask eval 'return nothing.field' 0 2>&1 | cut -c 1-30
ask debug populate 1000 && ask dbsize
ask bgsave >/dev/null && sleep 0.5 && ask save
ask shutdown 2>/dev/null || :
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -S socket ] && sleep 0.2; done
start
ask get key
ask dbsize
grep -cE 'crash|BUG|ERROR' log || :
