#!/bin/bash
# The container's health check: exits with 0 when what runs here answers GET /health on its port with 200, else with 1.
#
# A port that speaks TLS ends such a call, which only a process that works can do; one that hangs leaves it waiting. What
# is asked is whether to start the container again: whether it serves its stores is for the load balancer's own check.
#
# In bash, since it is started every five seconds: Node would take some 60 ms of processor each time, this takes 3.
exec 2>/dev/null
exec 3<>"/dev/tcp/127.0.0.1/$PORT" || exit 1
printf 'GET /health HTTP/1.0\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
# `read` ends with more than 128 when nothing came in time.
[[ $? -le 128 && ($status == 200 || -n $TLS_CERT) ]]
