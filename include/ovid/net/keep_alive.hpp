#pragma once
// How long either door keeps a connection whose other side has vanished without a word.

namespace ovid::net {

/// A connection with nothing on its way is asked for a sign of life (RFC 9293, section 3.8.4) and
/// gone 40 s after its machine. With something on its way, the kernel's retransmission limit ends
/// it (tcp(7), tcp_retries2).
inline constexpr int kKeepAliveIdleSeconds = 20;
inline constexpr int kKeepAliveProbes = 4;
inline constexpr int kKeepAliveProbeSeconds = 5;

}  // namespace ovid::net
