# For the shell commands in the folder above, which set `here` to that folder's real path first.
# Sourced, not run. Commands read `state`, `started`, `parent`, `left` and more after the functions
# that set them.
# shellcheck shell=dash disable=SC2034,SC2154

repo=${here%/*}

# version: `ovid <version>` as meson.build states it.
version() {
    found=$(sed -n "s/^\(.*[ (,]\)\{0,1\}version *: *'\([^']*\)'.*/\2/p" "$repo/meson.build" \
        2>/dev/null | head -n 1)
    echo "ovid ${found:-unknown}"
}

# stat_of <pid>: sets `state` and `started` (clock ticks since boot); false if there is no such
# process. A leader that is a zombie while its threads still end counts as running.
stat_of() {
    { read -r line; } 2>/dev/null <"/proc/$1/stat" || return 1
    # shellcheck disable=SC2086 # fields 3, 4, ... of proc(5)
    set -- "$1" ${line##*) }
    state=$2 started=${21-}
    if [ "$state" = Z ]; then
        set -- "/proc/$1/task/"*
        [ $# -le 1 ] || state=ending
    fi
}

# parent_of <pid>: sets `parent`.
parent_of() {
    parent=0
    { read -r line; } 2>/dev/null <"/proc/$1/stat" || return 1
    # shellcheck disable=SC2086
    set -- ${line##*) }
    parent=$2
}

# argument_lines <pid>: its command line, an argument a line.
argument_lines() {
    { tr '\0' '\n' <"/proc/$1/cmdline"; } 2>/dev/null
}

# says <pid> <text>: whether its command line contains the text; arguments are joined.
says() {
    words='' && { read -r words; } 2>/dev/null <"/proc/$1/cmdline"
    case $words in *"$2"*) ;; *) return 1 ;; esac
}

# look: sets `programs` to `<pid> <program>` for all processes, without the program if it is not
# known; sets `hidden` to the reason why some processes may be missing.
look() {
    hidden=''
    { read -r self _; } 2>/dev/null </proc/self/stat || self=''
    programs=$(find /proc/[0-9]*/exe -maxdepth 0 -printf '%h %l\n' 2>/dev/null | sed 's|^/proc/||')
    if [ "$self" != $$ ] || ! has_line_of $$; then
        programs='' hidden="/proc does not show this process, nor any node"
    elif hides_others; then
        hidden="/proc hides the processes of other users (hidepid), nodes or not"
    fi
}

# has_line_of <pid>: whether `programs` has it.
has_line_of() {
    case "
$programs" in *"
$1 "*) ;; *) return 1 ;; esac
}

# hides_others: whether /proc shows only processes that this user may examine. Process 1 always
# exists, and usually belongs to another user.
hides_others() {
    { read -r _; } 2>/dev/null </proc/1/stat || return 0
    [ "$(id -u)" -ne 0 ] || return 1
    case $(sed -n 's|.* /proc .* - proc .*hidepid=\([^, ]*\).*|\1|p' /proc/self/mountinfo) in
    '' | 0 | off) return 1 ;;
    esac
}

# own_ovids: the paths of the node's program in the build folders of this checkout, one a line; a
# folder, or the file, may be a link.
own_ovids() {
    for built in "$repo"/build "$repo"/build-*; do
        readlink -m -- "$built/ovid"
    done
}

# is_ovid <path>: whether that is one of `ovids`, or was in a build folder that is gone.
is_ovid() {
    case $1 in "$repo"/build/ovid | "$repo"/build-*/ovid) return 0 ;; esac
    case "
$ovids
" in *"
$1
"*) ;; *) return 1 ;; esac
}

# may_be_node <pid>: whether a process whose program is hidden can be a node of this checkout, going
# by its command line: `.../ovid node`, unless that is the full path of another file.
may_be_node() {
    says "$1" ovidnode || return 1
    argument_lines "$1" | {
        read -r first && read -r second && [ "$second" = node ] || return 1
        case $first in
        /*) is_ovid "$(readlink -m -- "$first")" ;;
        ovid | */ovid) ;;
        *) return 1 ;;
        esac
    }
}

# nodes: of those in `programs`, `<pid> <started>` of the nodes of this checkout that started before
# this shell did, and `? <pid>` of those that may be some.
nodes() {
    stat_of $$
    mine=$started ovids=$(own_ovids)
    printf '%s\n' "$programs" | while read -r pid program; do
        if [ -z "$program" ]; then
            may_be_node "$pid" && mark='? ' || continue
        else
            is_ovid "${program% (deleted)}" && mark='' || continue
            [ "$(argument_lines "$pid" | sed -n 2p)" = node ] || continue
        fi
        if stat_of "$pid" && [ "$state" != Z ] && [ "$started" -lt "$mine" ]; then
            echo "$mark$pid $started"
        fi
    done
}

# running <list>: those `<pid> <started>` lines whose process still runs.
running() {
    echo "$1" | while read -r pid ticks; do
        [ -n "$pid" ] || continue
        if stat_of "$pid" && [ "$state" != Z ] && [ "$started" = "$ticks" ]; then
            echo "$pid $ticks"
        fi
    done
}

# signal_all <signal> <list>
signal_all() {
    echo "$2" | while read -r pid ticks; do
        [ -z "$pid" ] || kill -s "$1" "$pid" 2>/dev/null || :
    done
}

# await_end <list> <hundredths of a second>: sets `left` to those that are still there after it.
await_end() {
    left=$(running "$1") turns=$2
    while [ -n "$left" ] && [ "$turns" -gt 0 ]; do
        sleep 0.01
        left=$(running "$left") turns=$((turns - 1))
    done
    [ -z "$left" ]
}

# end_nodes: SIGKILL for the nodes of this checkout; waits until they are gone. False, with a line
# for each reason, if it could not look everywhere or one is still there.
end_nodes() {
    look
    found=$(nodes) ended=0
    list=$(printf '%s\n' "$found" | sed '/^?/d')
    signal_all KILL "$list"
    [ -z "$hidden" ] || complain "could not look everywhere: $hidden"
    name_unseen "may be a node of this checkout" "$found"
    await_end "$list" 300 || complain "still running after 3 s (process, start time): $left"
    return "$ended"
}

# name_unseen <what it may be> <lines>: complains about those that begin with `? <pid>`.
name_unseen() {
    for pid in $(printf '%s\n' "$2" | sed -n 's/^? \([0-9]*\).*/\1/p'); do
        complain "cannot look at process $pid of user $(stat -c %U "/proc/$pid"), which $1"
    done
}

# complain <text>: says it on standard error, and sets `ended` to the exit status that follows.
complain() {
    echo "${0##*/}: $1" >&2
    ended=1
}

# one_option <usage> "$@": answers --help and --version, refuses everything else.
one_option() {
    usage=$1
    shift
    case $#,${1-} in
    0,) ;;
    1,-h | 1,--help) echo "$usage" && exit 0 ;;
    1,--version) version && exit 0 ;;
    *)
        echo "${0##*/}: unexpected argument: $*; see --help" >&2
        exit 2
        ;;
    esac
}
