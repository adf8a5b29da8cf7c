#!/bin/sh
# Each header compiles alone. The arguments are the compiler's.
bad=0
for header in src/*/*.h src/*/*/*.h adapters/*.h; do
    [ -f "$header" ] || continue
    echo "#include \"$header\"" | "$@" -I. -x c -fsyntax-only - || bad=1
done
exit $bad
