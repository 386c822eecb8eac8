#include "sequences.hpp"

namespace ovid::transport_test {

using link::Report;

const char* text_of(Report report) {
  switch (report) {
    case Report::Connected:
      return "Connected";
    case Report::Disconnected:
      return "Disconnected";
    case Report::Refused:
      return "Refused";
    case Report::Unreachable:
      return "Unreachable";
    case Report::Writable:
      return "Writable";
  }
  return "?";
}

void Sequences::connect(base::NodeId peer) {
  peers_[peer] = {.attempt = Attempt::Begun};
}

void Sequences::sent(base::NodeId id, bool taken) {
  Peer& peer = peers_[id];
  if (taken) return check(peer.attempt == Attempt::Made, peer, id, "a message is taken");
  if (peer.attempt == Attempt::Made) peer.refused_message = true;
}

void Sequences::reported(base::NodeId id, Report what) {
  Peer& peer = peers_[id];
  switch (what) {
    case Report::Connected:
      check(peer.attempt == Attempt::Begun, peer, id, text_of(what));
      peer.attempt = Attempt::Made;
      break;
    case Report::Writable:
      check(peer.attempt == Attempt::Made && peer.refused_message, peer, id, text_of(what));
      break;
    case Report::Unreachable:
      check(peer.attempt == Attempt::Begun, peer, id, text_of(what));
      peer.attempt = Attempt::Over;
      break;
    case Report::Disconnected:
    case Report::Refused:
      check(peer.attempt == Attempt::Begun || peer.attempt == Attempt::Made, peer, id,
            text_of(what));
      peer.attempt = Attempt::Over;
      break;
  }
  peer.so_far += std::string(" ") + text_of(what);
}

void Sequences::check(bool allowed, const Peer& peer, base::NodeId id, const std::string& what) {
  if (allowed || violation_) return;
  violation_ = "peer " + std::to_string(id.value) + ": " + what + " after" +
               (peer.attempt == Attempt::None ? " no attempt"
                : peer.so_far.empty()         ? " the attempt alone"
                                              : peer.so_far);
}

}  // namespace ovid::transport_test
