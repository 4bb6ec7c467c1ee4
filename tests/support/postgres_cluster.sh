#!/bin/bash
# postgres_cluster.sh make|start|stop|kill|freeze|thaw FOLDER: a PostgreSQL of a test's own in FOLDER, on a Unix socket there
# and no TCP port; its superuser is vitald. Runs as the user postgres when called by root, which PostgreSQL refuses.
set -eu
bin=${VITALD_POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
command=$1
folder=$2
data=$folder/data

as_user() {
  if [[ $(id -u) == 0 ]]; then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else "$@"; fi
}

make() {
  chmod 0711 "$folder"
  [[ $(id -u) != 0 ]] || chown postgres "$folder"
  as_user "$bin/initdb" -D "$data" -U vitald -A trust --no-sync --no-instructions >"$folder/initdb.log"
  # A crash of the server is tested, not one of the machine.
  cat >>"$data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = ${VITALD_POSTGRES_FSYNC:-off}
full_page_writes = ${VITALD_POSTGRES_FSYNC:-off}
max_connections = 50
log_min_messages = fatal
END
}

cd /
case $command in
  make) make ;;
  start) as_user "$bin/pg_ctl" -D "$data" -l "$folder/log" -w -t 60 start >/dev/null ;;
  stop) as_user "$bin/pg_ctl" -D "$data" -m fast -w stop >/dev/null ;;
  kill) as_user "$bin/pg_ctl" -D "$data" -m immediate -w stop >/dev/null ;;
  freeze) kill -STOP -- "$(head -1 "$data/postmaster.pid")" ;;
  thaw) kill -CONT -- "$(head -1 "$data/postmaster.pid")" ;;
esac
