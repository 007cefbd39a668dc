# SPDX-License-Identifier: MIT
#
# Two workers with a module that is loaded at run time, 10,000 requests, a reload, 10,000 more.
set -eu
mkdir -p logs www
echo 'a file' >www/file
{ [ "$(id -u)" -ne 0 ] || echo 'user nobody nogroup;'; } >nginx.conf
cat >>nginx.conf <<END
load_module /usr/lib/nginx/modules/ngx_http_echo_module.so;
pid $PWD/nginx.pid; error_log $PWD/logs/error.log; daemon on; worker_processes 2;
events { worker_connections 256; }
http {
  access_log off; keepalive_requests 100000;
  client_body_temp_path $PWD/body; proxy_temp_path $PWD/proxy; fastcgi_temp_path $PWD/fastcgi;
  uwsgi_temp_path $PWD/uwsgi; scgi_temp_path $PWD/scgi;
  server {
    listen 127.0.0.1:$PORT; root $PWD/www;
    location /echo { echo "method \$request_method"; echo_sleep 0.001; echo after; }
    location /old { rewrite ^/old(.*)\$ /file last; }
    location /gz { gzip on; gzip_types *; gzip_min_length 1; alias $PWD/www/file; }
  }
}
END
trap 'nginx -c "$PWD/nginx.conf" -s quit 2>/dev/null || :' EXIT
load() { ab -q -n 5000 -c 20 ${1+"$@"} | grep -E '^(Complete|Failed|Non-2xx)'; }
nginx -c "$PWD/nginx.conf" -t 2>/dev/null && echo tested
nginx -c "$PWD/nginx.conf" 2>/dev/null
curl -s "http://127.0.0.1:$PORT/echo" --retry 20 --retry-connrefused --retry-delay 1
curl -s "http://127.0.0.1:$PORT/old/x"
curl -s --compressed "http://127.0.0.1:$PORT/gz"
load "http://127.0.0.1:$PORT/echo"
load -k "http://127.0.0.1:$PORT/file"
nginx -c "$PWD/nginx.conf" -s reload 2>/dev/null && sleep 0.5
load "http://127.0.0.1:$PORT/echo"
load -k "http://127.0.0.1:$PORT/nothing"
nginx -c "$PWD/nginx.conf" -s quit 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -e nginx.pid ] && sleep 0.3; done
[ -e nginx.pid ] || echo ended
grep -cE 'alert|emerg|signal' logs/error.log || :
