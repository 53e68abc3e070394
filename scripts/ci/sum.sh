#!/bin/sh
# Sums the counts of all lanes into the closing line.
awk '{ passed += $1; failed += $2; skipped += $3 }
END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit failed > 0 || passed == 0 }' "$1"
