# Reads meson-logs/testlog.txt; prints `<test> (<why>)` for each test that was skipped, where why is
# what it has printed as `skipped: <why>`.
/^=+ [0-9]+\/[0-9]+ =+$/ { tell(); header = 1; why = "" }
header && /^test: / { sub(/^test: +/, ""); test = $0 }
header && /^result: +exit status 77$/ { skipped = 1 }
/^command: / { header = 0 }
!header && why == "" && /skipped[:,] / { why = $0; sub(/.*skipped[:,] /, "", why) }
END { tell() }

function tell() {
    if (skipped) print test (why == "" ? "" : " (" why ")")
    skipped = 0
}
