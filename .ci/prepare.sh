# Packages, for demo and check, which set `here` to <repository>/python and source
# python/lab/checkout.sh (it sets `repo`) first. Sourced, not run.
# shellcheck shell=dash disable=SC2154

# packages <section>...: `<package> <what it provides>` for all of these sections of packages.txt,
# with the clang of `number`.
packages() {
    awk -v wanted=" $* " -v number="$number" '
        /^# \[/ { here = index(wanted, " " substr($2, 2, length($2) - 2) " ") }
        /^[^#]/ && here {
            sub(/#/, "")
            if (sub(/ 14\.\.19/, "")) gsub(/14/, number)
            print $1, $2
        }' "$repo/packages.txt" </dev/null
}

# clang_number: that of the clang that can fuzz here, or else of what `clang` is here, or else 14.
clang_number() {
    for number in 14 15 16 17 18 19; do
        has_package "clang-$number" && has_package "libclang-rt-$number-dev" || continue
        echo $number
        return
    done
    number=$(LC_ALL=C apt-cache depends clang 2>/dev/null |
        sed -n 's/.*Depends: clang-\(1[4-9]\)$/\1/p')
    echo "${number:-14}"
}

# has_package <package>: whether dpkg knows it as installed.
has_package() {
    state=$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) && [ "$state" = installed ]
}

# is_there <command | module.pc>
is_there() {
    case $1 in
    '') return 1 ;;
    *.pc) pkg-config --exists "${1%.pc}" 2>/dev/null ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# missing_packages <section>...: those of them that are not installed, nor is what they provide.
missing_packages() {
    packages "$@" | while read -r package provides; do
        is_there "$provides" || has_package "$package" || echo "$package"
    done
}

# can_be_had <package>...: those that apt knows; all while it knows nothing at all.
can_be_had() {
    if ! apt-cache policy 2>/dev/null | grep -q '://'; then
        echo "$@"
        return
    fi
    for package; do
        ! LC_ALL=C apt-cache policy "$package" | grep -q 'Candidate: [^(]' || echo "$package"
    done
}

# install_packages <section>...: asks for what is missing of these sections, as root or through
# sudo; touches nothing else. False if something is still missing, unless it is [optional]: that is
# named.
install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "Packages: this is not Debian; what packages.txt lists has to be there already."
        return 0
    fi
    needed='' optional='' number=$(clang_number)
    for section; do
        case $section in
        optional) optional=$(missing_packages optional) ;;
        *) needed="$needed $(missing_packages "$section")" ;;
        esac
    done
    # shellcheck disable=SC2086,SC2116 # package names have no blanks, lines become words
    needed=$(echo $needed) optional=$(echo $optional)
    # shellcheck disable=SC2086
    if [ -z "$needed$(can_be_had $optional)" ] || install_missing; then
        [ -z "$needed$optional" ] && echo "Packages: all there." && return
    elif [ -n "$needed" ]; then
        return 1
    fi
    [ -z "$optional" ] || optional=$(missing_packages optional)
    # shellcheck disable=SC2086,SC2116
    [ -z "$optional" ] || echo "Packages: going on without" $optional "(optional)."
}

# install_missing: installs `needed` and what can be had of `optional`; for the latter alone nobody
# is asked for a password.
install_missing() {
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        as_root=sudo
        if ! command -v sudo >/dev/null; then
            [ -n "$needed" ] || return 1
            echo "Packages are missing; this is not root, and sudo is not there. As root, run:" >&2
            echo "  apt-get update && apt-get install --no-install-recommends $needed" >&2
            return 1
        fi
        if [ -z "$needed" ]; then
            as_root='sudo -n'
            sudo -n true 2>/dev/null || return 1
        fi
    fi
    # shellcheck disable=SC2086
    echo "Packages: installing" $needed $(can_be_had $optional) "(this may take some minutes)"
    log=$(mktemp) || return 1
    # What is optional is left out at last: it must not be in the way of what is needed.
    if install_once "$optional" || { sleep 3 && install_once "$optional"; } ||
        { [ -n "$needed" ] && [ -n "$optional" ] && install_once ''; }; then
        rm -f "$log"
        return 0
    fi
    echo "Packages could not be installed, twice. The end of what apt-get said:" >&2
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
}

# install_once <optional packages>: those and `needed`; what apt-get says goes to `log`. What it
# knows may be outdated or nothing at all, so that it is updated first; whether a failed update
# matters shows at the installation.
install_once() {
    get="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120"
    {
        $get update
        # shellcheck disable=SC2046,SC2086
        $get install -y --no-install-recommends $needed $(can_be_had $1)
    } </dev/null >"$log" 2>&1
}
