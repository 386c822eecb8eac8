#pragma once
// Recognizes web browsers by their first bytes. Any page can make a browser send bytes to a port of
// this machine, with lines of the page's choice among them (the body of a POST, the session ticket
// in a TLS hello); but the first bytes are always those of HTTP or TLS.

#include <cstddef>
#include <string_view>

namespace ovid::wire {

/// So many bytes of a connection's beginning are enough for the functions below.
inline constexpr std::size_t kBeginningBytes = 15;

/// The beginning of a TLS record with a handshake (RFC 8446, section 5.1).
bool begins_tls(std::string_view beginning);
/// A method in capitals and a blank; for a line whose rest is not known.
bool begins_http(std::string_view beginning);
/// A request line (`POST /x HTTP/1.1`, also HTTP/2's preface) or a `Host:` header, each as browsers
/// write it (RFC 9112, section 3). Commands of clients are in lower case, so `get`, `broadcast POST
/// / HTTP/1.1` and `vote NO` are not requests.
bool is_http(std::string_view line);

}  // namespace ovid::wire
