#include "ovid/sim/hold.hpp"

#include <algorithm>
#include <variant>

#include "ovid/wire/body.hpp"

namespace ovid::sim {
namespace {

bool same_session(const wire::Envelope& x, const wire::Envelope& y) {
  return x.from_incarnation == y.from_incarnation && x.to_incarnation == y.to_incarnation &&
         x.from_epoch == y.from_epoch && x.to_epoch == y.to_epoch;
}

}  // namespace

void Hold::begin(const Sent& before) {
  if (holds_++ > 0) return;
  if (!same_session(before.session, session_)) lose();
  session_ = before.session;
  passed_ = before.last;
  let_ = records_.size();
}

Hold::Message Hold::keep(const wire::EnvelopeBytes& bytes, const base::Bytes& body) {
  wire::Envelope envelope =
      std::get<wire::Envelope>(wire::decode_envelope({bytes.data(), bytes.size()}));
  if (envelope.greeting) return {bytes, body};
  if (!same_session(envelope, session_)) {
    lose();
    passed_ = 0;
    session_ = envelope;
  }
  wire::BodyReader reader;
  const auto content = reader.read(body.view(), envelope.count, envelope.from);
  if (const auto* messages = std::get_if<const wire::Messages*>(&content)) {
    wire::BodyWriter writer(envelope.from);
    wire::Envelope record = envelope;
    record.count = 1;
    for (const std::string_view contents : **messages) {
      writer.add(contents);
      records_.push_back({record, writer.take()});
      if (record.first++ <= passed_) ++let_;
    }
  }
  if (!records_.empty()) envelope.first = std::min(envelope.first, records_.front().envelope.first);
  envelope.count = 1;
  return {wire::encode(envelope), wire::ping_body(envelope.from)};
}

std::size_t Hold::let(std::size_t count) {
  count = std::min(count, held());
  let_ += count;
  if (count > 0) passed_ = std::max(passed_, records_[let_ - 1].envelope.first);
  return count;
}

std::optional<Hold::Message> Hold::take() {
  if (!may_pass()) return std::nullopt;
  if (let_ > 0) --let_;
  const Record oldest = records_.pop_front();
  return Message{wire::encode(oldest.envelope), oldest.body};
}

void Hold::lose() {
  records_.clear();
  let_ = 0;
}

}  // namespace ovid::sim
