#!/bin/sh
# Ends masters, graders and nodes of this checkout.
set -u
here=$(readlink -f -- "$0") && here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lab/checkout.sh
. "$here/lab/checkout.sh"
one_option "usage: killall.sh [--help | --version]
Ends every master and grader (python processes whose script is this folder's master.py or
grading.py; SIGTERM, after 2 s SIGKILL) and then every node of this checkout (as stopall does).
Never ends the programs it was started by. Exit status 0 once all are gone." "$@"

# script_of <pid>: the real path of the script that a python process runs; empty if there is none.
script_of() {
    argument_lines "$1" | {
        read -r _
        while read -r word; do
            case $word in
            -W | -X | --check-hash-based-pycs) read -r _ ;;
            -*[cm] | -) return ;;
            -*) ;;
            /*) readlink -f -- "$word" && return ;;
            *) readlink -f -- "$(readlink "/proc/$1/cwd")/$word" && return ;;
            esac
        done
    }
}

ancestors=" $$ "
parent_of $$
while [ "$parent" -gt 0 ]; do
    ancestors="$ancestors$parent "
    parent_of "$parent" || break
done

# drivers: `<pid> <started>` of the masters and graders, graders first: they start masters.
drivers() {
    for name in grading.py master.py; do
        programs | while read -r pid program; do
            case ${program##*/} in python*) ;; *) continue ;; esac
            case $ancestors in *" $pid "*) continue ;; esac
            [ "$(script_of "$pid")" = "$here/$name" ] || continue
            stat_of "$pid" && [ "$state" != Z ] && echo "$pid $started"
        done
    done
}

list=$(drivers)
signal_all TERM "$list"
if ! await_end "$list" 200; then
    signal_all KILL "$left"
    await_end "$left" 100 || echo "killall.sh: still running: $left" >&2
fi
end_nodes
