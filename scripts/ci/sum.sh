#!/bin/sh
# Sums the counts of all lanes into the closing line, after all that was shown of
# failures, which is far above.
awk '/^\|/ { if (!shown++) print "== what failed"; print substr($0, 3); next }
{ passed += $1; failed += $2; skipped += $3 }
END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit failed > 0 || passed == 0 }' "$1"
