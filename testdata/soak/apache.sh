# SPDX-License-Identifier: MIT
#
# Apache with two dozen modules, TLS and a CGI program. It loads all of them twice at the start, and
# again at the graceful restart between two series of requests.
set -eu
mkdir -p www cgi
echo 'a file' >www/file
printf '#!/bin/sh\nprintf "Content-Type: text/plain\\n\\nfrom a program: $QUERY_STRING\\n"\n' >cgi/program
chmod 755 . cgi/program
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost 2>/dev/null
{
  for module in mpm_event authz_core authz_host auth_basic authn_core authn_file authz_user mime dir \
    alias deflate filter rewrite headers setenvif env status expires autoindex negotiation reqtimeout \
    socache_shmcb ssl proxy proxy_http include cgid substitute; do
    echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
  done
  [ "$(id -u)" -ne 0 ] || printf 'User nobody\nGroup nogroup\n'
  cat <<END
ServerRoot $PWD
ServerName localhost
PidFile $PWD/apache.pid
DefaultRuntimeDir $PWD
ErrorLog $PWD/error.log
ScriptSock $PWD/cgid.sock
Listen 127.0.0.1:$PORT
Listen 127.0.0.1:$PORT2
Mutex file:$PWD
StartServers 2
ThreadsPerChild 25
TypesConfig /etc/mime.types
DocumentRoot $PWD/www
<Directory $PWD>
  Require all granted
  Options +Indexes +FollowSymLinks +Includes
</Directory>
ScriptAlias /cgi/ $PWD/cgi/
RewriteEngine on
RewriteRule ^/old /file [PT]
ProxyPass /proxied http://127.0.0.1:$PORT/file
<Location /deflated>
  SetOutputFilter DEFLATE
</Location>
Alias /deflated $PWD/www/file
<Location /status>
  SetHandler server-status
</Location>
<VirtualHost 127.0.0.1:$PORT2>
  SSLEngine on
  SSLCertificateFile $PWD/cert.pem
  SSLCertificateKeyFile $PWD/key.pem
</VirtualHost>
END
} >apache.conf
touch mime.types
[ -e /etc/mime.types ] || sed -i "s,/etc/mime.types,$PWD/mime.types," apache.conf
httpd() { apache2 -f "$PWD/apache.conf" "$@" 2>/dev/null; }
trap 'httpd -k stop || :' EXIT
load() { ab -q -n 5000 -c 20 ${1+"$@"} | grep -E '^(Complete|Failed|Non-2xx)'; }
get() { curl -s -k --retry 20 --retry-connrefused --retry-delay 1 "$@"; }
apache2 -f "$PWD/apache.conf" -t 2>&1 | tail -n 1
httpd -M | grep -c shared
httpd -k start
for path in file old/x proxied cgi/program?query; do get "http://127.0.0.1:$PORT/$path"; done
get --compressed "http://127.0.0.1:$PORT/deflated"
get "https://127.0.0.1:$PORT2/file"
load "http://127.0.0.1:$PORT/file"
httpd -k graceful && sleep 1
load -k "http://127.0.0.1:$PORT/old/x"
get "https://127.0.0.1:$PORT2/file"
httpd -k stop
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -e apache.pid ] && sleep 0.3; done
[ -e apache.pid ] || echo ended
trap - EXIT
grep -cE 'Segmentation|exit signal' error.log || :
