# SPDX-License-Identifier: MIT
#
# The whole life of a database: initdb, start, work from four clients, a function in C (a module
# that the server loads), stop, start again, stop. It listens in this directory only.
set -eu
initdb -D data -A trust -U soak --no-sync >log 2>&1 && echo initialised
start() { pg_ctl -D data -w -l server.log -o "-k $PWD -c listen_addresses='' -c fsync=off" start >>log && echo started; }
stop() { pg_ctl -D data -w -m fast stop >>log && echo stopped; }
sql() { psql -h "$PWD" -U soak -d postgres -XAt -v ON_ERROR_STOP=1 "$@"; }
start
pgbench -h "$PWD" -U soak -i -s 1 -q postgres 2>>log && echo filled
pgbench -h "$PWD" -U soak -c 4 -j 2 -t 500 postgres 2>>log | grep -E 'actually processed|failed'
sql -c 'select count(*) from pgbench_history' -c 'select sum(abalance) = (select sum(delta) from pgbench_history) from pgbench_accounts'
sql -c "do \$\$ begin raise exception 'raised'; end \$\$" 2>&1 | head -n 1 || :
sql -c "select to_tsvector('english', 'dogs are barking'), upper('straße' collate \"C\"), 2::numeric ^ 200" \
  -c "set jit = on; set jit_above_cost = 0; select sum(n * n) from generate_series(1, 1000) n"
sql -c 'load $$plpgsql$$' -c 'select convert_to($$日本$$, $$EUC_JP$$)' -c 'select * from nothing' 2>&1 || :
stop
start
sql -c 'select count(*) from pgbench_history'
stop
