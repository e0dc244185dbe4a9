#!/bin/sh
# Three invoices of the corridor and their twins that are wrong by one field. Each line says how the command must end:
# 0 accepted, 1 refused. Run it anywhere with twakow on the PATH; it ends with 0 when every line ends as it says.
set -u
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
archive=$(mktemp -d)
trap 'rm -rf "$archive"' EXIT
wrong=0

expect() {
    code=$1
    shift
    echo "\$ twakow $*"
    twakow "$@"
    ended=$?
    if [ "$ended" -ne "$code" ]; then
        echo "ended with $ended, not with $code" >&2
        wrong=1
    fi
}

echo "## Whisky from Leith to Singapore: zero-rated in Britain, its evidence due in three months"
expect 0 invoice check "$here/whisky-export.xml" --tax --next
expect 1 invoice check "$here/whisky-export-wrong-total.xml"
expect 1 invoice check "$here/whisky-export-comma.xml"

echo "## Pepper from Singapore to Hull: network and IRAS, exported within sixty days"
expect 0 invoice check "$here/pepper-export.xml" --tax
expect 1 invoice check "$here/pepper-export-no-post-code.xml"

echo "## Two cases of the whisky broken: a credit note, and what is left of the invoice"
cp "$here/whisky-export.xml" "$archive/1.xml"
expect 0 invoice check "$here/whisky-credit-note.xml" --history "$archive"
expect 1 invoice check "$here/whisky-credit-note-705.xml" --history "$archive"
cp "$here/whisky-credit-note.xml" "$archive/2.xml"
expect 1 invoice check "$here/whisky-credit-note.xml" --history "$archive"
expect 1 invoice check "$here/whisky-credit-note-over.xml" --history "$archive"

exit "$wrong"
