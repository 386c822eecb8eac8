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
  if (const auto* records = std::get_if<const wire::Records*>(&content)) {
    wire::BodyWriter writer(envelope.from);
    wire::Envelope one = envelope;
    one.count = 1;
    for (const wire::Record& record : **records) {
      writer.add(record);
      records_.push_back({one, writer.take()});
      if (one.first++ <= passed_) ++let_;
    }
  }
  if (!records_.empty()) envelope.first = std::min(envelope.first, records_.front().envelope.first);
  envelope.count = 1;
  return {wire::encode(envelope), wire::ping_body(envelope.from)};
}

std::size_t Hold::let(std::size_t count, const Sent& sent) {
  if (held() == 0) return 0;
  const std::uint64_t before = first_held() - 1;
  std::uint64_t last = before + held();
  if (same_session(sent.session, session_)) last = std::max(last, sent.last);
  passed_ = std::min(last, before + count);
  let_ += static_cast<std::size_t>(std::min<std::uint64_t>(passed_ - before, held()));
  return static_cast<std::size_t>(passed_ - before);
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
