#pragma once
// The records of a session that were offered and are not yet acknowledged.

#include <cstddef>
#include <cstdint>

#include "ovid/base/bytes.hpp"
#include "ovid/base/fifo.hpp"
#include "ovid/link/ledger.hpp"

namespace ovid::link {

/// Records that travel together; a broadcast's batch is shared by all its sessions.
struct Batch {
  base::Bytes body;
  std::uint32_t count = 0;
};

/// Batches in the order of their record numbers (from 1, without a gap). Each is first unsent,
/// then sent, and leaves when it is acknowledged as a whole; a new connection makes all of them
/// unsent again.
class Outbox {
 public:
  struct Entry {
    Batch batch;
    std::uint64_t first = 0;
  };

  void push(const Batch& batch);
  /// The next one to send, null if all are sent.
  const Entry* unsent() const { return sent_ < entries_.size() ? &entries_[sent_] : nullptr; }
  /// The batch that unsent() returned has been handed to the connection.
  void sent();
  /// The connection is a new one: everything unacknowledged is to be sent again.
  void rewind() { sent_ = 0; }
  /// Every record up to this number has arrived. False if a correct peer cannot have sent that.
  [[nodiscard]] bool acknowledge(std::uint64_t number);

  /// Number of the next record to be sent.
  std::uint64_t next() const { return unsent() ? unsent()->first : offered_ + 1; }
  /// Bytes of all that is kept, including bookkeeping.
  std::size_t bytes() const { return bytes_; }
  /// Number of the last acknowledged record, 0 for none.
  std::uint64_t acknowledged() const { return acknowledged_; }
  Ledger ledger() const { return {offered_, acknowledged_, offered_ - acknowledged_, 0}; }

 private:
  base::Fifo<Entry> entries_;
  std::size_t sent_ = 0;            // entries_[0, sent_) are with the connection
  std::size_t bytes_ = 0;           // of entries_
  std::uint64_t offered_ = 0;       // number of the last record pushed
  std::uint64_t ever_sent_ = 0;     // highest number ever handed to a connection, <= offered_
  std::uint64_t acknowledged_ = 0;  // <= ever_sent_
};

}  // namespace ovid::link
