# Reads meson-logs/testlog.txt of one or more builds; prints `<passed> <failed> <skipped>`, the sum
# of the summaries with which Meson ends each. A test that printed the like of it does not count.
FNR == 1 { add() }
/^Ok: +[0-9]+ *$/ { passed = $2; failed = skipped = 0 }
/^Expected Fail: +[0-9]+ *$/ { passed += $3 }
/^(Fail|Timeout): +[0-9]+ *$/ { failed += $2 }
/^Unexpected Pass: +[0-9]+ *$/ { failed += $3 }
/^Skipped: +[0-9]+ *$/ { skipped = $2 }
END { add(); print all_passed + 0, all_failed + 0, all_skipped + 0 }

function add() {
    all_passed += passed; all_failed += failed; all_skipped += skipped
    passed = failed = skipped = 0
}
