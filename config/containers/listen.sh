#!/bin/sh
# Writes /tmp/listen.conf. With a certificate in /certs (fullchain.pem, privkey.pem) TLS on 8443, and 8080 leads there;
# else plain on 8080. TLS_ELSEWHERE=1 says that something in front speaks TLS and names the client's address.
set -eu
proto='$scheme'
address=''
if [ "${TLS_ELSEWHERE:-0}" = 1 ]; then
    proto=https
    address='set_real_ip_from 10.0.0.0/8; set_real_ip_from 172.16.0.0/12; set_real_ip_from 192.168.0.0/16;
    real_ip_header X-Forwarded-For; real_ip_recursive on;'
fi

server() {
    printf 'server {\n    %s\n    %s\n    set $forwarded_proto %s;\n' "$1" "$address" "$proto"
    printf '    include /etc/nginx/site.conf;\n}\n'
}

if [ -r /certs/fullchain.pem ] && [ -r /certs/privkey.pem ]; then
    printf 'server {\n    listen 8080 default_server;\n    location = /-/proxy { return 200 "alive\\n"; }\n'
    printf '    location / { return 301 https://$host$request_uri; }\n}\n'
    server 'listen 8443 ssl default_server; http2 on; ssl_certificate /certs/fullchain.pem;
    ssl_certificate_key /certs/privkey.pem; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:tls:10m;
    ssl_session_tickets off;'
else
    server 'listen 8080 default_server;'
fi > /tmp/listen.conf
