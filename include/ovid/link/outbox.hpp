#pragma once
// The records of a session that were offered and are not yet acknowledged.

#include <cstddef>
#include <cstdint>

#include "ovid/base/bytes.hpp"
#include "ovid/base/fifo.hpp"
#include "ovid/link/ledger.hpp"

namespace ovid::link {

/// Records that were offered together; a broadcast's batch is shared by all its sessions.
struct Batch {
  base::Bytes body;            ///< as wire::BodyWriter makes it
  std::uint32_t count = 0;     ///< of records
  std::uint32_t messages = 0;  ///< that end with one of these records
};

/// Batches in the order of their record numbers (from 1, without a gap). They are sent in slices:
/// whole batches, or as many records as the path takes at once. A batch leaves when all of it is
/// acknowledged. On a new connection everything that is not acknowledged is unsent again. The
/// ledger counts messages, everything else records.
class Outbox {
 public:
  /// Some or all records of a batch.
  struct Slice {
    base::Bytes body;
    std::uint32_t count = 0;
    std::uint64_t first = 0;     ///< number of the first record
    std::uint64_t messages = 0;  ///< of the session, that end with one of these records or before
  };

  void push(const Batch& batch);
  bool has_unsent() const { return sent_ < entries_.size(); }
  /// The next slice to send: at most `bytes_max` bytes, but at least one record. Precondition:
  /// there is one.
  Slice unsent(std::size_t bytes_max) const;
  /// The slice that unsent() returned has been handed to the connection.
  void sent(const Slice& slice);
  /// The connection is a new one: everything unacknowledged is to be sent again.
  void rewind();
  /// Every record up to this number has arrived. False if a correct peer cannot have sent that.
  [[nodiscard]] bool acknowledge(std::uint64_t number);

  /// Number of the next record to be sent.
  std::uint64_t next() const;
  /// Number of the last record that was offered, 0 for none.
  std::uint64_t offered() const { return offered_; }
  /// Number of the last acknowledged record, 0 for none.
  std::uint64_t acknowledged() const { return acknowledged_; }
  /// Bytes of the bodies that this connection was given and that are not acknowledged.
  std::size_t in_flight() const { return in_flight_; }
  /// Bytes of all that is kept, including bookkeeping.
  std::size_t bytes() const { return bytes_; }
  Ledger ledger() const {
    return {messages_offered_, messages_acknowledged_, messages_offered_ - messages_acknowledged_,
            0};
  }

  /// The memory that a batch with a body of `bytes` needs.
  static std::size_t cost_of(std::size_t bytes) { return bytes + sizeof(Entry); }

 private:
  struct Entry {
    Batch batch;
    std::uint64_t first = 0;
  };
  /// A place between two records of a batch: what lies before it.
  struct Place {
    std::size_t bytes = 0;
    std::uint32_t count = 0;
    std::uint32_t messages = 0;
  };

  void drop_front();
  void acknowledge_part(std::uint64_t number);
  static void pass_record(Place& place, std::string_view body);

  base::Fifo<Entry> entries_;
  Place acknowledged_part_;         // of the first entry
  std::size_t sent_ = 0;            // entries_[0, sent_) are with the connection
  Place sent_part_;                 // of entries_[sent_]; not before acknowledged_part_
  std::size_t in_flight_ = 0;       // between the two places
  std::size_t bytes_ = 0;           // of entries_
  std::uint64_t offered_ = 0;       // number of the last record pushed
  std::uint64_t ever_sent_ = 0;     // highest number ever handed to a connection, <= offered_
  std::uint64_t acknowledged_ = 0;  // <= ever_sent_
  std::uint64_t messages_offered_ = 0;
  std::uint64_t messages_sent_ = 0;  // up to sent_part_
  std::uint64_t messages_acknowledged_ = 0;
};

}  // namespace ovid::link
