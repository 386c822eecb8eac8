#!/bin/sh
# Ends masters, graders and nodes of this checkout.
set -u
here=$(readlink -f -- "$0") && here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lab/checkout.sh
. "$here/lab/checkout.sh"
one_option "usage: killall.sh [--help | --version]
Ends every master and grader (python processes whose script is this folder's master.py or
grading.py; SIGTERM, after 2 s SIGKILL) and then every node of this checkout (as stopall does).
Never ends the programs that started it. Exit status 0 once all are gone; a process that cannot be
examined or ended is named, and the exit status is 1." "$@"

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

# is_driver <pid> <name>: whether the process runs this script of this folder. Where it is hidden
# which file that is, its name will do.
is_driver() {
    script=$(script_of "$1" 2>/dev/null)
    [ "$script" = "$here/$2" ] || { [ ! -e "$script" ] && [ "${script##*/}" = "$2" ]; }
}

# drivers: of those in `programs`, `<pid> <started>` of the masters and graders, graders first: they
# start masters; and `? <pid>` of those that may be some.
drivers() {
    for name in grading.py master.py; do
        printf '%s\n' "$programs" | while read -r pid program; do
            says "$pid" "$name" || continue
            first=$program mark=''
            [ -n "$first" ] || { first=$(argument_lines "$pid" | sed -n 1p) && mark='? '; }
            case ${first##*/} in python*) ;; *) continue ;; esac
            case $ancestors in *" $pid "*) continue ;; esac
            is_driver "$pid" "$name" || continue
            stat_of "$pid" && [ "$state" != Z ] && echo "$mark$pid $started"
        done
    done
}

look
found=$(drivers) ended=0
list=$(printf '%s\n' "$found" | sed '/^?/d')
name_unseen "may be a master or grader of this checkout" "$found"
signal_all TERM "$list"
if ! await_end "$list" 200; then
    signal_all KILL "$left"
    await_end "$left" 100 || complain "still running: $left"
fi
drivers_ended=$ended
end_nodes && exit "$drivers_ended"
