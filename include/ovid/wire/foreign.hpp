#pragma once
// What a master never says and a web browser cannot help saying. Any page can make a browser send
// bytes to a port of this machine, with lines of the page's choice among them (the body of a POST,
// the session ticket in a TLS hello); but not before the words of its own protocol.

#include <cstddef>
#include <string_view>

namespace ovid::wire {

/// So many bytes of a connection's beginning are enough for the questions below.
inline constexpr std::size_t kBeginningBytes = 15;

/// A TLS record with a handshake in it (RFC 8446, section 5.1), as far as it has come.
bool begins_tls(std::string_view beginning);
/// A method in capitals and a blank: enough where the rest of the line is not known.
bool begins_http(std::string_view beginning);
/// A request line (`POST /x HTTP/1.1`, also HTTP/2's preface) or a `Host:` header, each as browsers
/// write it (RFC 9112, section 3). Commands of masters are in lower case: `get`, `broadcast POST /
/// HTTP/1.1` and `vote NO` are none.
bool is_http(std::string_view line);

}  // namespace ovid::wire
