#!/bin/sh
# Everything: on SQLite, then on PostgreSQL where one can be had (but for what asks no database),
# and the browser tests where Chromium is found. These and the large ones run once: on PostgreSQL
# when there is one. Lines are counted in the run on SQLite alone, and of a test with many cases in
# the first: counting takes as long as the tests. Called by `make test`.
set -u
cd "$(dirname "$0")/.."
python=.venv/bin/python
given=${DATABASE_URL-}
unset DATABASE_URL EMAIL_HOST SECRET_KEY SITE_URL ALLOWED_HOSTS DEBUG CRASH_AT
unset PYTHONDONTWRITEBYTECODE  # many processes are started, and each would compile everything
export TRIAL=1
left_out='' failed=''

chromium=''
for name in chromium chromium-browser google-chrome; do
  [ -n "$chromium" ] || chromium=$(command -v "$name" || true)
done
[ -n "$chromium" ] || left_out="$left_out
  the browser tests: no Chromium was found (apt-get install chromium)"
command -v soffice >/dev/null || left_out="$left_out
  opening exports in LibreOffice (apt-get install libreoffice-calc libreoffice-writer)"

# suite NAME MARKERS [OPTION …]: one run of pytest. No test at all (exit 5) is a failure too.
suite() {
  name=$1 markers=$2
  shift 2
  echo "== $name"
  "$python" -m pytest -n 2 --dist worksteal -q -m "$markers" "$@" || failed="$failed
  $name"
}

"$python" -m coverage erase
count='--cov --cov-append --cov-report='
first='not browser and not large' alone='' second='not once'
[ -n "$chromium" ] || alone='not browser' second='not once and not browser'

if [ -n "$given" ]; then
  suite SQLite "$first" $count
  export DATABASE_URL="$given"
  suite "PostgreSQL (DATABASE_URL)" "$second"
elif command -v pg_virtualenv >/dev/null; then
  suite SQLite "$first" $count
  # Nobody pulls the plug of a database that is thrown away: it need not wait for the disk.
  pg_virtualenv -t -o max_connections=200 -o fsync=off -o full_page_writes=off sh -c '
    export DATABASE_URL="postgres://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE"
    echo "== PostgreSQL (pg_virtualenv)"
    exec "$0" -m pytest -n 2 --dist worksteal -q -m "$1"
  ' "$python" "$second" || failed="$failed
  PostgreSQL"
else
  suite SQLite "$alone" $count
  left_out="$left_out
  everything on PostgreSQL (apt-get install postgresql, or DATABASE_URL=postgres://…)"
fi

"$python" -m coverage combine -q --append >/dev/null 2>&1  # what killed processes left lying
"$python" -m coverage report --skip-covered --skip-empty --fail-under=92 || failed="$failed
  coverage: at least 92 % of the lines"

echo
if [ -n "$left_out" ]; then
  echo "Left out:$left_out"
else
  echo "Nothing was left out."
fi
if [ -n "$failed" ]; then
  echo "Failed:$failed"
  exit 1
fi
echo "All tests passed."
