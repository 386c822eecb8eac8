#pragma once
// How long a connection is kept after the machine of its other side has vanished; mesh port and
// master port.

namespace ovid::net {

/// An idle connection is probed by TCP keepalive (RFC 9293, section 3.8.4) and closed 40 s after
/// the machine has vanished. If unacknowledged data is on its way, the kernel's retransmission
/// limit ends it instead (tcp(7), tcp_retries2).
inline constexpr int kKeepAliveIdleSeconds = 20;
inline constexpr int kKeepAliveProbes = 4;
inline constexpr int kKeepAliveProbeSeconds = 5;

}  // namespace ovid::net
