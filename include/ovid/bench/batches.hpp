#pragma once
// What a contender without batches of its own sends: one batch after the other, each as large as
// those of an Ovid node under load.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace ovid::bench {

/// The same record again and again; copied into the batch for each time it is sent.
class Batches {
 public:
  /// `record`: its bytes on the connection.
  Batches(std::string record, std::int64_t records) : record_(std::move(record)), left_(records) {}

  bool done() const { return left_ == 0; }
  /// Valid until the next call; empty if done.
  std::string_view next();

 private:
  const std::string record_;
  std::int64_t left_;  // records
  std::string batch_;
};

}  // namespace ovid::bench
