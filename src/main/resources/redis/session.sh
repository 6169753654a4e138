# Runs $1 as a shell script in a session of its own, so that a Ctrl-C in the gateway's terminal does not
# end Redis before the gateway has drained.
#   $1 the script   $2, $3 its arguments
if command -v setsid >/dev/null 2>&1; then
  exec setsid sh -c "$1" restante-redis "$2" "$3"
elif command -v perl >/dev/null 2>&1; then
  exec perl -MPOSIX -e 'POSIX::setsid(); exec @ARGV' sh -c "$1" restante-redis "$2" "$3"
fi
exec sh -c "$1" restante-redis "$2" "$3"
