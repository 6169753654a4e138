# Runs a Redis for as long as somebody holds this shell's standard input open, which the gateway does: a
# pipe ends with the process that holds it, however that was killed.
#   $1 the server's binary   $2 its configuration file
umask 077
trap '' INT HUP TERM
exec 3<&0
"$1" "$2" </dev/null 3<&- &
child=$!
(
  while read -r _; do :; done
  kill -TERM "$child"
  tries=0
  while kill -0 "$child" && [ "$tries" -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  kill -KILL "$child"
) <&3 2>/dev/null &
watcher=$!
exec 3<&-
wait "$child"
status=$?
kill -KILL "$watcher" 2>/dev/null
exit "$status"
